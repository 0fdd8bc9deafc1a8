using Throng.Measurement;

namespace Throng.Report;

/// <summary>The episodes of a run of <c>monitor</c>, as the run itself prints them.</summary>
public static class EpisodesTable
{
    /// <summary>The whole text, ending in a newline.</summary>
    public static string Render(RunDocument run)
    {
        TextLines lines = new();
        lines.Whole("episodes");
        Node? episodes = run.Own?.Find("episodes");
        if (episodes is not { Kind: NodeKind.List })
        {
            lines.Whole("not known: a run of monitor tells them");
        }
        else if (!SectionTable.Fits(episodes))
        {
            lines.Whole("none");
        }
        else
        {
            lines.Whole(SectionTable.Lines(episodes));
        }

        return lines.ToString();
    }
}
