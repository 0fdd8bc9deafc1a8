using System.Globalization;
using System.Net;
using Throng.Engine;
using Throng.Linux;

namespace Throng.Originals;

/// <summary>`kecho`: an echo whose bytes stay in the kernel, told as the module is: name=value.</summary>
public static class Kecho
{
    public const string Name = "kecho";

    /// <summary>Where everything of this family listens.</summary>
    public const int PortDefault = 12_345;

    private const int BacklogDefault = 128;

    public static Original Original { get; } = new(Name, "echo in the kernel: port=N backlog=N", [], Read)
    {
        Takes = "[port=N] [backlog=N] [bench=0|1]",
    };

    private static Reading Read(IReadOnlyList<string> words)
    {
        int port = PortDefault;
        int backlog = BacklogDefault;
        List<string> errors = [];
        foreach (string word in words)
        {
            int sign = word.IndexOf('=');
            string name = sign < 0 ? word : word[..sign];
            string value = sign < 0 ? "" : word[(sign + 1)..];
            bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
            bool isRight = name switch
            {
                "port" => isNumber && number is >= 1 and <= ushort.MaxValue,
                "backlog" => isNumber && number >= 1,
                "bench" => value is "0" or "1" or "Y" or "y" or "N" or "n" || sign < 0,
                _ => true,
            };
            if (!isRight)
            {
                return Reading.Refuse(1, $"{Name}: '{value}' invalid for parameter '{name}'");
            }

            port = name == "port" ? number : port;
            backlog = name == "backlog" ? number : backlog;
            if (name is not ("port" or "backlog" or "bench"))
            {
                errors.Add($"{Name}: unknown parameter '{name}' ignored");
            }
        }

        ServeSpec serve = new()
        {
            Listen = [new ListenAddress(SockAddr.From(IPAddress.Any, port), DualStack: false)],
            Backlog = backlog,
        };
        return Reading.Of(
            new Job(serve, new PlainFace()) { Carry = run => run with { Engine = EngineChoice.Kernel } }, errors);
    }
}
