using Throng.Measurement;

namespace Throng;

/// <summary>Numbers of connections as somebody wrote them: a list, or a range in powers of ten.</summary>
public sealed record ConcurrencyList(IReadOnlyList<long> Numbers)
{
    private const long Max = 1 << 30;

    public static ConcurrencyList Default { get; } = new([1, 10, 100, 1000]);

    internal Node Node => Measurement.Node.ListOf([.. Numbers.Select(number => (Node)number)]);

    public static bool TryRead(string text, out ConcurrencyList list, out string error)
    {
        List<long> numbers = [];
        list = new ConcurrencyList(numbers);
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split("..");
            if (ends.Length > 2 || !Kinds.Count(1, Max)(ends[0], out long from, out error))
            {
                error = $"'{Text.Plain(part)}' is not a number of connections, such as 100, or a range, such as 1..10k";
                return false;
            }

            long to = from;
            if (ends.Length == 2 && (!Kinds.Count(1, Max)(ends[1], out to, out error) || to < from))
            {
                error = $"'{Text.Plain(part)}' is not a range of connections, such as 1..10k";
                return false;
            }

            for (long number = from; number < to; number *= 10)
            {
                numbers.Add(number);
            }

            numbers.Add(to);
        }

        error = numbers.Distinct().Count() < numbers.Count ? $"'{Text.Plain(text)}' has a number twice" : "";
        return error.Length == 0;
    }
}
