namespace Throng;

/// <summary>Answer of a live command: lines without a newline at the end, or one line of refusal.</summary>
public sealed record Answer(bool IsRefused, string Text)
{
    public static Answer Read(string text) => new(false, text.TrimEnd('\n'));

    public static Answer Refuse(string why) => new(true, why);
}
