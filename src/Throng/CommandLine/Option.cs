using Throng.Measurement;

namespace Throng;

/// <summary>
/// One option of the command line, declared once: parsing, the help, the environment variable and the effective
/// options in the document are all read off this.
/// </summary>
public abstract class Option
{
    /// <summary>Without the dashes: <c>connect-rate</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The letter of the short form; '\0' for none.</summary>
    public char Short { get; init; }

    /// <summary>Other names of the same option, without dashes.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Names it had in earlier versions, without dashes: taken, and shown nowhere.</summary>
    public IReadOnlyList<string> OldNames { get; init; } = [];

    /// <summary>Placeholder for the value in the help; empty for a flag, which takes none.</summary>
    public string Argument { get; init; } = "";

    /// <summary>Value that holds when the option is not given, with its unit, as the help says it.</summary>
    public string Default { get; init; } = "";

    /// <summary>One line, lower case, without a full stop.</summary>
    public required string Help { get; init; }

    /// <summary>Whether it is taken and not shown, since it does nothing here.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Whether its value is the path of a file.</summary>
    public bool IsFile { get; init; }

    /// <summary>The words it takes; none when its value is free.</summary>
    public abstract IReadOnlyList<string> Words { get; }

    public bool IsFlag => Argument.Length == 0;

    /// <summary>
    /// The value of one that is given without: its value is only ever joined to it (<c>--json=FILE</c>), and the next
    /// word is none. Empty: it needs a value, or is a flag.
    /// </summary>
    public string Implied { get; init; } = "";

    /// <summary>Whether such a value reads like a target, so that a word behind it may be taken for either.</summary>
    public bool IsLikeTarget { get; init; }

    /// <summary>Whether the next word may be its value.</summary>
    public bool TakesNext => !IsFlag && Implied.Length == 0;

    /// <summary>The part that follows its name in the help.</summary>
    public string Shown => IsFlag ? "" : Implied.Length > 0 ? $"[={Argument}]" : $" {Argument}";

    public virtual bool IsRepeatable => false;

    public string Spelling => "--" + Name;

    /// <summary>
    /// The command whose name its variable carries, for an option that means something else in another command; mostly
    /// empty.
    /// </summary>
    public string Scope { get; init; } = "";

    /// <summary>The environment variable that gives this option when the command line does not.</summary>
    public string Variable => VariableOf(Name);

    /// <summary>The same for each name it has.</summary>
    public IEnumerable<string> Variables => Aliases.Concat(OldNames).Select(VariableOf).Prepend(Variable);

    /// <summary>Every way to write it, dashes included.</summary>
    public IEnumerable<string> Spellings =>
        (Short == '\0' ? [] : new[] { $"-{Short}" }).Append(Spelling).Concat(Aliases.Select(alias => "--" + alias));

    /// <summary>Whether it is written so, by one of the names it had too.</summary>
    public bool IsSpelled(string spelling) =>
        Spellings.Contains(spelling) || OldNames.Any(name => "--" + name == spelling);

    /// <summary>The name whose key it has in the document, where that is an earlier one.</summary>
    public string KeyName { get; init; } = "";

    /// <summary>The key in the document's options, before a unit.</summary>
    protected string Key => (KeyName.Length > 0 ? KeyName : Name).Replace('-', '_');

    private string VariableOf(string name) =>
        "THRONG_" + (Scope.Length > 0 ? Scope + "-" + name : name).ToUpperInvariant().Replace('-', '_');

    /// <summary>Reads one value; the error says what is wrong with it.</summary>
    public abstract bool TryRead(string text, out object value, out string error);

    /// <summary>Adds the effective value under a key that carries its unit.</summary>
    public abstract void Show(Values values, Section into);
}

/// <summary>Reads a value of one type out of what somebody typed.</summary>
public delegate bool Reading<T>(string text, out T value, out string error);

/// <summary>An option whose values are of one type.</summary>
/// <param name="read">Text to value.</param>
public abstract class OptionOf<T>(Reading<T> read) : Option
    where T : notnull
{
    public sealed override IReadOnlyList<string> Words { get; } = (read.Target as WordReading)?.Words ?? [];

    public sealed override bool TryRead(string text, out object value, out string error)
    {
        bool isRead = read(text, out T typed, out error);
        value = typed;
        return isRead;
    }
}

/// <summary>An option with one value, or a flag.</summary>
/// <param name="read">Text to value.</param>
/// <param name="fallback">What holds when it is not given.</param>
/// <param name="show">Adds the value to the document's options under the key given.</param>
public sealed class Option<T>(Reading<T> read, T fallback, Action<Section, string, T> show) : OptionOf<T>(read)
    where T : notnull
{
    public T Fallback { get; } = fallback;

    public override void Show(Values values, Section into) => show(into, Key, values.Get(this));
}

/// <summary>An option that may be given several times and means all of its values.</summary>
public sealed class RepeatableOption<T>(Reading<T> read, Func<T, string> write) : OptionOf<T>(read)
    where T : notnull
{
    public override bool IsRepeatable => true;

    public override void Show(Values values, Section into) => into[Key] = Node.ListOf(values.Get(this).Select(write));
}
