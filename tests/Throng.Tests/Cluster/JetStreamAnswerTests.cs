using System.Text.Json;
using NATS.Client.Core;
using Throng.Nats;
using Xunit;

namespace Throng.Tests;

/// <summary>Answers of a server that is none of those we know.</summary>
public sealed class JetStreamAnswerTests
{
    [Theory]
    [InlineData("""{"seq":1}""", true)]
    [InlineData("""{"seq":"1"}""", false)]
    [InlineData("""{"seq":1.5}""", false)]
    [InlineData("""{"seq":{}}""", false)]
    [InlineData("""{}""", false)]
    [InlineData("""[1]""", false)]
    [InlineData("7", false)]
    public void A_number_that_is_none_is_refused(string answer, bool isOne) =>
        IsTakenOrRefused(() => Read(answer).Number("seq"), isOne);

    [Theory]
    [InlineData("""{"storage":"file"}""", true)]
    [InlineData("""{"storage":null}""", false)]
    [InlineData("""{"storage":1}""", false)]
    [InlineData("null", false)]
    public void A_text_that_is_none_is_refused(string answer, bool isOne) =>
        IsTakenOrRefused(() => Read(answer).Words("storage"), isOne);

    [Theory]
    [InlineData("""{"config":{}}""", true)]
    [InlineData("""{"config":[]}""", false)]
    [InlineData("\"config\"", false)]
    public void A_part_that_is_none_is_refused(string answer, bool isOne) =>
        IsTakenOrRefused(() => Read(answer).Part("config"), isOne);

    [Theory]
    [InlineData("""{"err_code":10037,"description":"no message found"}""", 10037, "no message found")]
    [InlineData("""{"err_code":"x","description":7}""", 0, "refused")]
    [InlineData("\"no\"", 0, "refused")]
    [InlineData("null", 0, "refused")]
    public void A_refusal_in_another_form_is_one_too(string error, int number, string says)
    {
        JetStreamException refusal = new(Read(error));
        Assert.Equal(number, refusal.Number);
        Assert.Equal(says, refusal.Message);
    }

    private static JsonElement Read(string json) => JsonDocument.Parse(json).RootElement;

    private static void IsTakenOrRefused(Func<object> read, bool isTaken)
    {
        if (isTaken)
        {
            _ = read();
        }
        else
        {
            Assert.Throws<NatsException>(read);
        }
    }
}
