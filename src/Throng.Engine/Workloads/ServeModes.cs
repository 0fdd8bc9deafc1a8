namespace Throng.Engine;

/// <summary>The modes of a server as a person writes them and as results have them.</summary>
public static class ServeModes
{
    public static string Name(ServeMode mode) => mode switch
    {
        ServeMode.Sink => "sink",
        ServeMode.Exchange => "exchange",
        _ => "echo",
    };

    /// <summary>The mode of that name; echo for any other.</summary>
    public static ServeMode Of(string name) => name switch
    {
        "sink" => ServeMode.Sink,
        "exchange" => ServeMode.Exchange,
        _ => ServeMode.Echo,
    };
}
