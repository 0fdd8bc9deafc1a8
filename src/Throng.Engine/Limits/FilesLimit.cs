using Throng.Measurement;

namespace Throng.Engine;

/// <summary>fs.file-max: open files of the whole machine. Each socket is one, also as a ring's direct descriptor.
/// </summary>
public static class FilesLimit
{
    public static LimitRow? Judge(HostFacts host, LoadPlan plan)
    {
        if (host.Files is not { } files)
        {
            return null;
        }

        LimitRow row = new("files", "fs.file-max", files.Max > int.MaxValue ? "no limit" : Units.Count(files.Max))
        {
            HasNumber = files.Max,
        };
        if (host.IsAdmin)
        {
            return row with { Note = "does not hold for this process (CAP_SYS_ADMIN)" };
        }

        row = row with { Connections = Remaining.Of(files.Max, files.Used, plan.SocketsPerConnection) };
        if (plan.Connections is not { } connections)
        {
            return row with { Command = Command((files.Max - files.Used) * 4.0) };
        }

        long needed = files.Used + plan.Sockets;
        LimitState state = LimitRow.StateOf(needed, files.Max);
        return row with
        {
            Needs = Units.Count(needed),
            NeedsNumber = needed,
            State = state,
            Command = Command(Math.Max(needed, files.Max)),
            Sentence = state == LimitState.Ok ? "" : $"{Units.Count(connections)} connections need "
                + $"{Units.Count(plan.Sockets)} open files beside {Units.Count(files.Used)}, and the host has "
                + $"{Units.Count(files.Max)} (fs.file-max)",
        };
    }

    private static string Command(double needed) => $"sysctl -w fs.file-max={Remaining.Rounded(needed)}";
}
