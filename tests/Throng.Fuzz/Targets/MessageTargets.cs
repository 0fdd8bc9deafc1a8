using Throng.Cluster;
using Throng.Nats;

namespace Throng.Fuzz;

/// <summary>Messages between agents and controllers, and what the message system keeps for them.</summary>
internal static class MessageTargets
{
    public static IEnumerable<FuzzTarget> All { get; } =
    [
        new("cluster-messages", ReadMessage)
        {
            Words =
            [
                "\"kind\":\"Prepare\"", "\"protocol\":1", "\"words\":[", "null", "\"at\":\"2030-01-31T12:00:00Z\"",
                "\"fence\":18446744073709551615", "\"part\":\"1/3\"", "\\ud800", "{", "}", "[", "]", ",", "1e999",
                "\"parts\":[{\"part\":\"1/2\",\"agent\":\"a\"}]", "\"on_agent_loss\":\"Rebalance\"", "\"said\":",
                "\"labels\":{", "\"state\":\"Ended\"", "\"exit_code\":", "\n",
            ],
        },
        new("stored-documents", ReadDescription)
        {
            Words = ["\"digest\":\"SHA-256=", "\"nuid\":\"", "\"size\":", "\\ud800", "null", "[]", "{}", "1e999"],
        },
    ];

    /// <summary>The first byte says which message it is.</summary>
    private static void ReadMessage(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        byte[] message = input[1..].ToArray();
        switch (input[0] % 6)
        {
            case 0:
                IsTheSameAgain<Order>(message);
                break;
            case 1:
                IsTheSameAgain<OrderAnswer>(message);
                break;
            case 2:
                IsTheSameAgain<RunPlan>(message);
                break;
            case 3:
                IsTheSameAgain<LeaseHold>(message);
                break;
            case 4:
                IsTheSameAgain<AgentCard>(message);
                break;
            default:
                if (Figure.TryRead(message, out Figure? figure, out ReadOnlyMemory<byte> document))
                {
                    bool isRead = Figure.TryRead(
                        figure.ToMessage(document.Span), out Figure? again, out ReadOnlyMemory<byte> rest);
                    Property.Holds(
                        isRead && again == figure && rest.Span.SequenceEqual(document.Span), "figures are others");
                    _ = JobPart.TryParse(figure.Part, out _);
                }

                break;
        }
    }

    private static void ReadDescription(ReadOnlySpan<byte> input)
    {
        NatsResults.Description? told = NatsResults.Described("run/1-of-1", input.ToArray());
        Property.Holds(told is null or { Bytes: >= 0 }, "a document has less than no bytes");
    }

    private static void IsTheSameAgain<T>(byte[] message)
        where T : class
    {
        if (ClusterJson.TryRead(message, out T? read))
        {
            byte[] written = ClusterJson.Write(read);
            Property.Holds(
                ClusterJson.TryRead(written, out T? again) && ClusterJson.Write(again).AsSpan().SequenceEqual(written),
                "a message is another one when read again");
        }
    }
}
