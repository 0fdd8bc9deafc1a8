using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>`throng lab`: two network namespaces with a server without sockets in one, for loads from the other.
/// </summary>
public sealed class LabCommand() : Command(Options)
{
    private const string Ports = "7000-7063";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(5);

    private static CommandSyntax Options => new()
    {
        Name = "lab",
        Summary = "lay a cable between two network namespaces, with a server at one end",
        About =
        [
            "Makes two network namespaces of its own joined by a veth, runs `serve --engine xdp` in one of them and "
                + "prints the line for a load in the other. Ctrl-C ends it and takes all of it away again. What one "
                + "that was killed has left behind goes when the next one starts: only namespaces that its file in "
                + $"{LabNetwork.StatePath} names, and that are still the same. Needs root and the program ip.",
        ],
        Examples = [new("throng lab", "then paste the line that it prints into another terminal")],
        Groups = [],
    };

    public override int Run(Invocation call)
    {
        List<string> errors = [.. call.Arguments.Errors];
        if (errors.Count > 0)
        {
            return call.Failure.Usage(errors);
        }

        try
        {
            using Signals signals = new();
            using LabNetwork network = LabNetwork.Make();
            using Process server = StartServer();
            return Attend(call, signals, server);
        }
        catch (SetupException setup)
        {
            return call.Failure.Setup(setup);
        }
    }

    private static int Attend(Invocation call, Signals signals, Process server)
    {
        Task<string> said = server.StandardError.ReadToEndAsync();
        call.Shell.Print(
            $"{LabNetwork.Server} answers on {LabNetwork.ServerAddress}:{Ports}. In another terminal:\n\n"
                + $"  {LabNetwork.Enter(LabNetwork.Client)} {Program()} hold 1m {LabNetwork.ServerAddress}:{Ports} "
                + $"--engine packet --interface {LabNetwork.Cable} --source {LabNetwork.FreeAddresses}\n\n"
                + "Ctrl-C ends it and removes both namespaces.\n");
        while (signals.Count == 0 && !server.HasExited)
        {
            signals.Wait(Look);
        }

        if (server.HasExited)
        {
            string why = said.Result.Trim().Split('\n')[0];
            throw new SetupException($"the server has ended: {why}", "");
        }

        server.StandardInput.Close(); // --until-eof
        if (!server.WaitForExit(EndMax))
        {
            server.Kill();
        }

        return ExitCode.Done;
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "the caller disposes of it")]
    private static Process StartServer()
    {
        ProcessStartInfo own = OwnProgram.With(
            "serve", "--engine", "xdp", "--interface", LabNetwork.Cable, "--listen",
            $"{LabNetwork.ServerAddress}:{Ports}", "--quiet", "--until-eof");
        string[] line = [.. LabNetwork.Enter(LabNetwork.Server).Split(' ')[1..], own.FileName, .. own.ArgumentList];
        own.FileName = "ip";
        own.ArgumentList.Clear();
        Array.ForEach(line, own.ArgumentList.Add);
        Process server = Process.Start(own)!;
        server.OutputDataReceived += static (_, _) => { };
        server.BeginOutputReadLine();
        return server;
    }

    /// <summary>This program as a shell finds it.</summary>
    private static string Program()
    {
        ProcessStartInfo own = OwnProgram.With();
        return string.Join(' ', [own.FileName, .. own.ArgumentList]);
    }
}
