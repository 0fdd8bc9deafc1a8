using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>A server whose table is full: it goes on serving, says so, and takes the rest when there is room.</summary>
public sealed class DescriptorLimitTests
{
    private const int Nofile = 400;
    private const int Clients = 1_200;

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_full_server_serves_those_it_has_and_then_the_rest(string engine)
    {
        Requirement.OwnNetwork();
        Requirement.Engine(engine);
        Requirement.Descriptors(2 * Clients);
        int port = FreePort.One();
        string room = engine == "uring" ? "800" : "288"; // two workers with one table each
        using ThrongProcess server = ThrongProcess.Start(
            new Launch { Nofile = Nofile },
            "serve", "--listen", $"127.0.0.1:{port}", "--engine", engine, "--room", room, "--json");
        Peer.Reset(Peer.ConnectTo(port, server));
        List<Socket> waiting = [.. Enumerable.Range(0, Clients).Select(_ => Peer.Connect(port))];
        List<Socket> served = [];
        int rounds = 0;
        long opened = 0;
        while (waiting.Count > 0)
        {
            List<Socket> accepted = Answered(waiting);
            Assert.True(accepted.Count > 0, $"{waiting.Count} still wait after {rounds} rounds: {server.Story()}");
            opened += accepted.Count;
            Assert.InRange(accepted.Count, 1, 2 * Nofile); // two workers, a table each
            waiting.RemoveAll(accepted.Contains);
            served.AddRange(accepted);
            Assert.All(served, one => Assert.True(Peer.Echoes(one), "nobody who was accepted is dropped"));
            if (rounds++ == 0)
            {
                server.Error.Await(0, 1, "says that it cannot accept");
            }

            foreach (Socket one in served.Take(waiting.Count > 0 ? served.Count : 0).ToArray())
            {
                one.Dispose();
                served.Remove(one);
            }
        }

        Assert.Equal(Clients, opened);
        Assert.True(rounds > 1, "it was full at least once");
        server.Signal(ThrongProcess.SIGTERM);
        server.Ends(0);
        served.ForEach(one => one.Dispose());
        Document document = server.Document().AddsUp();
        document.Equal(Clients + 1, document.Number("connections.opened"), "opened");
        Assert.True(document.Number("serve.accept_failures") > 0, "failures to accept are counted");
        string complaint = Assert.Single(
            server.Error.Lines(), line => line.StartsWith("limit: ", StringComparison.Ordinal));
        document.Equal(1, document.Events("limit: "), "events");
        document.Equal(1, document.Findings("descriptors-exhausted"), "findings");

        string sum = engine == "uring" ? " rings × 400 slots" : " workers × (400 descriptors";
        Assert.Contains("limit: this host ran out of descriptors: ", complaint, StringComparison.Ordinal);
        Assert.Contains(sum, complaint, StringComparison.Ordinal);

        // A ring's own table says ENFILE where a thread's or the process's says EMFILE.
        Assert.Matches(engine == "uring" ? @"\(E[MN]FILE\)" : @"\(EMFILE\)", complaint);
    }

    /// <summary>
    /// Sockets from which an answer comes: all are asked at once, until some have answered and no more answers come.
    /// </summary>
    private static List<Socket> Answered(List<Socket> waiting)
    {
        foreach (Socket one in waiting.Where(one => one.Connected))
        {
            one.Send([7]);
        }

        HashSet<Socket> answered = [];
        int before = -1;
        Eventually.Holds(
            () =>
            {
                bool hasSettled = answered.Count > 0 && answered.Count == before;
                before = answered.Count;
                answered.UnionWith(waiting.Where(one => one.Available > 0));
                return hasSettled && answered.Count == before;
            },
            () => $"{answered.Count} of {waiting.Count} answered",
            everyMs: 150);

        foreach (Socket one in answered)
        {
            _ = one.Receive(new byte[16]);
        }

        return [.. answered];
    }
}
