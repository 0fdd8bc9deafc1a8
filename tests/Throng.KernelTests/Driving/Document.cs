using System.Text.Json;
using Xunit;

namespace Throng.KernelTests;

/// <summary>A result document as it came out of standard output: parsed whole, nothing before or after it.</summary>
internal sealed class Document
{
    private readonly JsonElement _root;
    private readonly string _story;

    public Document(string text, string story)
    {
        _story = story;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            _root = document.RootElement.Clone();
        }
        catch (JsonException broken)
        {
            Assert.Fail($"not one JSON document ({broken.Message}): {story}");
        }
    }

    public long Number(string path) => At(path).GetInt64();

    public double Real(string path) => At(path).GetDouble();

    public bool Flag(string path) => At(path).GetBoolean();

    public string Text(string path) => At(path).GetString() ?? "";

    /// <summary>A member of an object of counts; 0 when it is not there.</summary>
    public long Count(string path, string reason) =>
        At(path).TryGetProperty(reason, out JsonElement count) ? count.GetInt64() : 0;

    /// <summary>Entries of a list.</summary>
    public int Length(string path) => At(path).GetArrayLength();

    public long Sum(string path) => At(path).EnumerateObject().Sum(one => one.Value.GetInt64());

    /// <summary>The members of an object.</summary>
    public IEnumerable<JsonProperty> Entries(string path) => At(path).EnumerateObject();

    public bool Has(string path) => Find(path) is { ValueKind: not JsonValueKind.Null };

    /// <summary>A member of every entry of the series, in order of time.</summary>
    public long[] Series(string member) =>
        [.. At("series").EnumerateArray().Select(entry => entry.GetProperty(member).GetInt64())];

    /// <summary>A number of every entry of a list, added up.</summary>
    public long SumOf(string path, string member) =>
        At(path).EnumerateArray().Sum(entry => entry.GetProperty(member).GetInt64());

    /// <summary>How many events begin so.</summary>
    public int Events(string what) => At("events").EnumerateArray().Count(
        one => one.GetProperty("what").GetString()!.StartsWith(what, StringComparison.Ordinal));

    /// <summary>How many findings a rule made.</summary>
    public int Findings(string rule) => At("verdict.findings").EnumerateArray().Count(
        one => one.GetProperty("rule").GetString() == rule);

    /// <summary>Text, evidence and remedy of a rule's finding; empty when it made none.</summary>
    public string Finding(string rule) => string.Concat(At("verdict.findings").EnumerateArray()
        .Where(one => one.GetProperty("rule").GetString() == rule)
        .Select(one => $"{one.GetProperty("text")}; {one.GetProperty("evidence")}; {one.GetProperty("remedy")}"));

    /// <summary>The sums that hold for every document, whatever happened.</summary>
    public Document AddsUp()
    {
        Equal(Number("connections.opened"), Number("connections.open") + Sum("connections.closed"), "opened");
        if (Has("connect"))
        {
            Equal(
                Number("connect.attempts"),
                Number("connections.opened") + Sum("connections.connect_failed") + SoFar("connections.connecting"),
                "attempts");
        }

        if (Has("connect") && !HasUnderWay)
        {
            Equal(Number("connections.opened"), Number("connect.latency_ns.count"), "connect latencies");
        }

        if (Has("messages"))
        {
            Equal(Number("messages.offered"), Number("messages.not_sent") + Number("messages.sent"), "offered");
            Assert.True(Number("messages.not_sent") >= 0, $"more was sent than offered: {_story}");
            long ended = Number("messages.answered") + Number("messages.timed_out") + Number("messages.lost");
            Equal(Number("messages.sent"), ended + SoFar("messages.under_way"), "sent");
        }

        if (Length("series") > 0 && !HasUnderWay)
        {
            SeriesAddsUp();
        }

        return this;
    }

    /// <summary>Whether it is of a run that goes on.</summary>
    public bool IsRunning => Text("ended_by") == "running";

    /// <summary>Something may have been under way when its figures were read: in a run that goes on, and in a part of
    /// a run on many hosts whose result never came.</summary>
    private bool HasUnderWay => IsRunning || (Has("cluster") && Number("cluster.parts_lost") > 0);

    /// <summary>A count under way in the document of a run that goes on, where it may not be less than nothing; 0 in
    /// that of one that has ended, which has no such key.</summary>
    private long SoFar(string path)
    {
        bool isRight = Has(path) ? HasUnderWay : !IsRunning;
        Assert.True(isRight, $"{path} in a document ended by {Text("ended_by")}: {_story}");
        long number = Has(path) ? Number(path) : 0;
        Assert.True(number >= 0, $"{path} is {number}: {_story}");
        return number;
    }

    /// <summary>All intervals and the drain are the whole run.</summary>
    private void SeriesAddsUp()
    {
        long InSeries(string member) =>
            Series(member).Sum() + (Find($"drain.{member}") is { } inDrain ? inDrain.GetInt64() : 0);

        Equal(Number("connections.opened"), InSeries("opened"), "opened by interval");
        Equal(Sum("connections.closed"), InSeries("closed"), "closed by interval");
        Equal(
            Sum("connections.connect_failed") - Count("connections.connect_failed", "cancelled"), InSeries("failed"),
            "failed by interval");
        if (!Has("messages"))
        {
            return;
        }

        foreach (string member in (string[])["offered", "sent", "answered", "timed_out", "lost"])
        {
            Equal(Number($"messages.{member}"), InSeries(member), $"{member} by interval");
        }

        long inDrain = Find("drain.answered") is { } answered ? answered.GetInt64() : 0;
        Equal(Number("messages.answered_in_drain"), inDrain, "answered in the drain");
    }

    /// <summary>A count and what it should be, with the whole story when it is not.</summary>
    public void Equal(long expected, long actual, string what) =>
        Assert.True(expected == actual, $"{what}: {actual} instead of {expected}: {_story}");

    private JsonElement At(string path)
    {
        JsonElement? found = Find(path);
        Assert.True(found is not null, $"there is no {path}: {_story}");
        return found.Value;
    }

    private JsonElement? Find(string path)
    {
        JsonElement at = _root;
        foreach (string name in path.Split('.'))
        {
            if (at.ValueKind == JsonValueKind.Array && int.TryParse(name, out int index) && index < at.GetArrayLength())
            {
                at = at[index];
            }
            else if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at;
    }
}
