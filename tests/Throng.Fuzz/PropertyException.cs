namespace Throng.Fuzz;

/// <summary>A reader took an input, and what it made of it is wrong.</summary>
public sealed class PropertyException : Exception
{
    public PropertyException()
    {
    }

    public PropertyException(string message)
        : base(message)
    {
    }

    public PropertyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Text of what there was instead; the message alone is the same for the same fault.</summary>
    public string Detail { get; init; } = "";
}
