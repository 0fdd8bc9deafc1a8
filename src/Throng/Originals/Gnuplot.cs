using System.ComponentModel;
using System.Diagnostics;

namespace Throng;

/// <summary>gnuplot, where it is installed.</summary>
public static class Gnuplot
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs a script; why that did not work, or the empty text.</summary>
    public static string Run(string script)
    {
        try
        {
            using Process? process = Process.Start(new ProcessStartInfo("gnuplot") { RedirectStandardInput = true });
            if (process is null)
            {
                return "gnuplot did not start";
            }

            process.StandardInput.Write(script);
            process.StandardInput.Close();
            if (!process.WaitForExit(Patience))
            {
                process.Kill();
                return "gnuplot did not end";
            }

            return process.ExitCode == 0 ? "" : $"gnuplot ended with {process.ExitCode}";
        }
        catch (Win32Exception)
        {
            return "there is no gnuplot here; what it would draw is in the .svg";
        }
        catch (IOException)
        {
            return "gnuplot did not read its script";
        }
    }
}
