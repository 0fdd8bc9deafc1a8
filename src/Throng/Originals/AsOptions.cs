using Throng.Originals;

namespace Throng;

/// <summary>
/// Options that `throng as` takes before the name of an original; everything after it is for that original.
/// </summary>
public static class AsOptions
{
    public static Option<string> Install { get; } = Declare.File(
        "install", "make a link to this program in DIR for each of them, so that it is started by their names",
        argument: "DIR");

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "as",
        Operands = "NAME [its options]",
        TakesWords = true,
        TakesProgram = true,
        Choices = [.. AllOriginals.All.Select(original => original.Name)],
        Summary = "stand in for another program: its options, prompts, output and exit codes",
        About =
        [
            "What follows NAME is read as that program reads it, and what is printed is what it prints. Called through "
                + "a link of that name, this program is that one. docs/explain/originals.md has every option, and "
                + "where it differs on purpose. Options of the native command, such as THRONG_OUT for the JSON "
                + "document, come from the environment.",
            $"NAME is one of {Text.Listed([.. AllOriginals.All.Select(original => original.Name)], "or")}.",
        ],
        Examples =
        [
            new("throng as tspam rate -r 500", "its own options, its own output"),
            new("throng as sessioner_responder --listen 127.0.0.1:3000-3099", "a prompt of its own"),
            new("throng as sessioner_initiator --target 127.0.0.1:3000-3099", "the other end"),
            new("throng as --install /usr/local/bin", "links by all the names"),
        ],
        Groups = [new("Links", Install)],
    };
}
