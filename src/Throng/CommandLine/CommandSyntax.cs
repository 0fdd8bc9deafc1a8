namespace Throng;

/// <summary>Options that belong together in the help.</summary>
public sealed record OptionGroup(string Heading, params Option[] Options);

/// <summary>A command line to copy, and what it does.</summary>
public sealed record Example(string Line, string Meaning);

/// <summary>Syntax of one command, as parsing and the help read it.</summary>
public sealed record CommandSyntax
{
    public required string Name { get; init; }

    /// <summary>Operands after the name in the usage line, options apart: <c>[N]</c>.</summary>
    public string Operands { get; init; } = "";

    /// <summary>One line for the list of commands.</summary>
    public required string Summary { get; init; }

    /// <summary>Text that a person has to know before using the command; a paragraph each.</summary>
    public IReadOnlyList<string> About { get; init; } = [];

    public required IReadOnlyList<Example> Examples { get; init; }

    public required IReadOnlyList<OptionGroup> Groups { get; init; }

    /// <summary>The option that the first word without a dash gives; null when there is none.</summary>
    public Option? Operand { get; init; }

    /// <summary>The option that a word without a dash gives when it is an address; null when there is none.</summary>
    public RepeatableOption<Endpoint>? Address { get; init; }

    /// <summary>Words without a dash are kept as they are, and options end at the first of them.</summary>
    public bool TakesWords { get; init; }

    /// <summary>The same, but options may stand among them: they are names of files.</summary>
    public bool TakesFiles { get; init; }

    /// <summary>The first of the words is the name of another command.</summary>
    public bool TakesCommand { get; init; }

    /// <summary>The words are another command's whole line.</summary>
    public bool TakesLine { get; init; }

    /// <summary>The first word names another program, and the rest are that program's line.</summary>
    public bool TakesProgram { get; init; }

    /// <summary>The words it takes, where they are known; for completion.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The options used most, a dozen or so, for the short help; empty where all are as few.</summary>
    public IReadOnlyList<Option> Common { get; init; } = [];

    /// <summary>Options of its groups that do nothing here, and are refused.</summary>
    public IReadOnlyList<Option> Unused { get; init; } = [];

    /// <summary>Its options but for those that do nothing.</summary>
    public IEnumerable<Option> Shown => Options.Where(IsShown);

    /// <summary>Whether an option of its groups does something.</summary>
    public bool IsShown(Option option) => !option.IsHidden && !Unused.Contains(option);

    public IEnumerable<Option> Options => Groups.SelectMany(group => group.Options);
}
