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
}
