namespace Throng;

/// <summary>One person's lines: an empty one repeats the last command that was understood.</summary>
public sealed class Dialogue(LiveConsole console)
{
    private string _last = "";

    public Answer Answer(string line, bool isTooLong)
    {
        if (isTooLong)
        {
            return Throng.Answer.Refuse($"a line of more than {LineReader.BytesMax:N0} bytes is no command");
        }

        string meant = line.Trim().Length == 0 ? _last : line;
        Answer answer = console.Execute(meant);
        if (!answer.IsRefused)
        {
            _last = meant;
        }

        return answer;
    }
}
