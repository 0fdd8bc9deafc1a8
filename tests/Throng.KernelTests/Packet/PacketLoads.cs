using Xunit;

namespace Throng.KernelTests;

/// <summary>Loads with --engine packet in a namespace, and the server at the other end.</summary>
internal static class PacketLoads
{
    /// <summary>Starts `serve` there, or in the network of the test, and waits until it listens.</summary>
    public static ThrongProcess Serve(Netns? where, params string[] options)
    {
        string control = ControlClient.NewPath();
        ThrongProcess server = ThrongProcess.Start(
            new Launch { Before = where?.Before ?? "" }, ["serve", .. options, "--json", "-q", "--control", control]);
        using ControlClient asked = ControlClient.To(control, server);
        asked.Ask("status");
        return server;
    }

    /// <summary>The document of a load that ends well.</summary>
    /// <param name="name">Its interface.</param>
    public static Document Load(Netns where, string name, params string[] words)
    {
        using ThrongProcess load = Run(0, where, name, words);
        return load.Document();
    }

    /// <summary>
    /// The document of a hold that is told to end once all are held and have had an answer each, however long that
    /// takes on a busy machine.
    /// </summary>
    /// <param name="name">Its interface.</param>
    public static Document Hold(Netns where, string name, int many, params string[] words)
    {
        string control = ControlClient.NewPath();
        using ThrongProcess load = Start(
            where, name, ["hold", $"{many}", .. words, "--ping", "--control", control]);
        using ControlClient asked = ControlClient.To(control, load);
        asked.Await("held", many, load);
        Eventually.Holds(() => Answers(asked) >= many, () => asked.Ask("status") + "\n" + load.Story());
        asked.Ask("quit");
        return load.Finish();
    }

    /// <summary>
    /// Every life that was begun ended well; how many were. What a busy machine came to too late is not begun.
    /// </summary>
    public static long AllLived(Document churned, long due)
    {
        churned.AddsUp();
        long begun = churned.Number("connect.attempts");
        Assert.InRange(begun, 1, due);
        churned.Equal(due - begun, churned.Number("messages.not_sent"), "not begun");
        churned.Equal(begun, churned.Number("churn.ok"), "lives without an error");
        churned.Equal(begun, churned.Number("connections.opened"), "opened");
        churned.Equal(0, churned.Sum("connections.connect_failed"), "not connected");
        churned.Equal(0, churned.Number("connections.lost"), "lost");
        return begun;
    }

    private static long Answers(ControlClient asked)
    {
        string ping = asked.Ask("status").Split('\n').First(line => line.StartsWith("ping ", StringComparison.Ordinal));
        string[] words = ping.Split(' ');
        int at = Array.IndexOf(words, "answered,");
        return at > 0 ? ControlClient.Leading(words[at - 1]) : 0; // nothing was sent yet
    }

    public static ThrongProcess Run(int exitCode, Netns where, string name, params string[] words) =>
        where.Throng(exitCode, [.. words, .. Engine(name)]);

    /// <summary>Starts a load whose end the test awaits.</summary>
    public static ThrongProcess Start(Netns where, string name, params string[] words) =>
        ThrongProcess.Start(new Launch { Before = where.Before }, [.. words, .. Engine(name)]);

    private static string[] Engine(string name) =>
        ["--engine", "packet", "--interface", name, "--json", "-q", "--seed", "1"];

    /// <summary>Every message was answered, and nothing else happened to a connection.</summary>
    public static void AllAnswered(Document document)
    {
        document.AddsUp();
        document.Equal(document.Number("messages.sent"), document.Number("messages.answered"), "answered");
        Assert.True(document.Number("messages.sent") > 0);
        Assert.Equal(0, document.Number("connections.lost"));
        Assert.Equal(0, document.Sum("connections.connect_failed"));
        Assert.Equal(0, document.Number("packets.malformed"));
    }
}
