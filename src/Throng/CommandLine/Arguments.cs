using System.Diagnostics.CodeAnalysis;
using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>
/// Reads the arguments of one command, then the environment for what they leave open. It goes on after an error, so
/// that a person hears of all of them at once.
/// </summary>
public sealed partial class Arguments
{
    // A dash and two letters: flags that are joined, or a letter and its value.
    private const int LettersMax = 3;

    private readonly CommandSyntax _syntax;
    private readonly IReadOnlyList<CommandSyntax> _all;
    private readonly Queue<string> _rest;
    private bool _wantsHelp;
    private bool _wantsWholeHelp;
    private bool _wantsVersion;
    private string _flag = ""; // the word before, when it was an option without a value

    private Arguments(CommandSyntax syntax, IReadOnlyList<CommandSyntax> all, IEnumerable<string> arguments)
    {
        _syntax = syntax;
        _all = all;
        _rest = new Queue<string>(arguments);
    }

    public Values Values { get; } = new();

    /// <summary>One line each; empty when all is well.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Worth a line on stderr, but no reason to stop.</summary>
    public List<string> Warnings { get; } = [];

    /// <param name="syntax">The command's.</param>
    /// <param name="all">Every command's, to say whose option somebody meant.</param>
    /// <param name="arguments">What follows the command's name.</param>
    /// <param name="environment">Variables by name.</param>
    public static Arguments Parse(
        CommandSyntax syntax,
        IReadOnlyList<CommandSyntax> all,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment)
    {
        Arguments reading = new(syntax, all, arguments);
        reading.ReadLine();
        EndpointScheme.Apply(syntax, reading.Values, reading.Errors);
        reading.ReadEnvironment(environment);
        if (syntax.Address is { } address && !reading.Values.IsTyped(address))
        {
            EndpointScheme.Apply(syntax, reading.Values, reading.Errors);
        }

        return reading;
    }

    private void ReadLine()
    {
        bool optionsEnded = false;
        while (_rest.TryDequeue(out string? word))
        {
            if (optionsEnded || word.Length < 2 || word[0] != '-')
            {
                ReadWord(word);
                _flag = "";
                optionsEnded |= _syntax.TakesWords;
            }
            else if (word == "--")
            {
                optionsEnded = true;
            }
            else if (word.StartsWith("--", StringComparison.Ordinal))
            {
                ReadLong(word);
            }
            else
            {
                ReadShort(word);
            }
        }
    }

    private void ReadWord(string word)
    {
        if (_syntax.TakesWords || _syntax.TakesFiles)
        {
            Values.Words.Add(word);
        }
        else if (_syntax.Address is { } address && IsAddress(address, word))
        {
            Take(address, word, address.Spelling);
        }
        else if (_syntax.Operand is { } operand && (_syntax.Address is null || LooksLikeCount(word)))
        {
            Take(operand, word, "N");
        }
        else
        {
            Values.AreWhole = false;
            string flag = _flag.Length > 0 ? $"; {_flag} takes no value" : "";
            Errors.Add(OtherWords.AnswerToFlag(_flag, word, _syntax) ?? StrayWord.Describe(word, _syntax) + flag);
        }
    }

    private static bool LooksLikeCount(string word) =>
        char.IsAsciiDigit(word.FirstOrDefault()) && word.Count(letter => letter == '.') < 3;

    /// <summary>A count is none, and neither is a host where a port is needed.</summary>
    private static bool IsAddress(Option address, string word) =>
        word.Contains(':') || (!word.All(char.IsAsciiDigit) && address.TryRead(word, out _, out _));

    private void ReadLong(string word)
    {
        int equals = word.IndexOf('=');
        string spelling = equals < 0 ? word : word[..equals];
        string? value = equals < 0 ? null : word[(equals + 1)..];
        if (spelling is "--help" or "--version")
        {
            _wantsHelp |= spelling == "--help";
            _wantsWholeHelp |= spelling == "--help";
            _wantsVersion |= spelling == "--version";
        }
        else if (spelling == SharedOptions.NoColor.Spelling && value is null && Find(spelling) is null)
        {
            Take(SharedOptions.NoColor, "1", spelling); // of every command, though few have colours
        }
        else if (value is not null && Find(spelling) == SharedOptions.Json
            && _syntax.Options.Contains(SharedOptions.Out))
        {
            TakeJsonFile(spelling, value);
        }
        else if (Find(spelling) is not { } option)
        {
            Unknown(spelling, value);
        }
        else if (option.IsFlag && value is not null)
        {
            Errors.Add($"{spelling} takes no value");
        }
        else
        {
            TakeWithValue(option, spelling, value);
        }
    }

    /// <summary>The document goes to a file that is joined to --json; a word behind it is never its value.</summary>
    private void TakeJsonFile(string spelling, string value)
    {
        if (value is "" or "1" or "0" or "true" or "false" or "yes" or "no" or "on" or "off")
        {
            Values.AreWhole = false;
            Errors.Add($"{spelling} takes no value but a file: {spelling} alone is standard output, {spelling}=FILE is "
                + $"{SharedOptions.Out.Spelling} FILE");
        }
        else if (value == Outputs.Dash)
        {
            Take(SharedOptions.Json, "1", spelling);
        }
        else
        {
            Take(SharedOptions.Out, value, spelling);
        }
    }

    /// <summary>Flags may be joined (<c>-qv</c>); what follows an option with a value is the value
    /// (<c>-c10k</c>).</summary>
    private void ReadShort(string word)
    {
        int equals = word.IndexOf('=');
        string name = equals < 0 ? word : word[..equals];
        bool isLong = name.Length > LettersMax
            && (Find("-" + name) is not null || OtherWords.Find("-" + name, _syntax) is not null);
        if (isLong)
        {
            ReadDashLong(name, equals < 0 ? null : word[(equals + 1)..]);
            return;
        }

        for (int at = 1; at < word.Length; at++)
        {
            string spelling = $"-{word[at]}";
            if (word[at] is 'h' or 'V')
            {
                _wantsHelp |= word[at] == 'h';
                _wantsVersion |= word[at] == 'V';
            }
            else if (Find(spelling) is not { } option)
            {
                string rest = word[(at + 1)..];
                bool isNumber = char.IsAsciiDigit(word[at]);
                Unknown(at == 1 && isNumber ? word : spelling, rest.Length == 0 ? null : rest.TrimStart('='));
                return;
            }
            else if (option.IsFlag)
            {
                TakeWithValue(option, spelling, null);
            }
            else
            {
                string attached = word[(at + 1)..];
                TakeWithValue(option, spelling, attached.Length == 0 ? null : attached.TrimStart('='));
                return;
            }
        }
    }

    private void TakeWithValue(Option option, string spelling, string? value)
    {
        _flag = option.IsFlag ? spelling : "";
        if (option.IsFlag)
        {
            Take(option, "1", spelling);
        }
        else if (value is not null)
        {
            Take(option, value, spelling);
        }
        else if (!option.TakesNext)
        {
            RefuseMistakable(option, spelling);
            Take(option, option.Implied, spelling);
        }
        else if (NextIsValue(out string next))
        {
            Take(option, next, spelling);
            _rest.Dequeue();
        }
        else
        {
            Errors.Add($"{spelling} needs {option.Argument}");
        }
    }

    /// <summary>
    /// An address behind an option that takes one only when it is joined: who wrote it may mean either, and a load
    /// goes to no host that may be meant otherwise.
    /// </summary>
    private void RefuseMistakable(Option option, string spelling)
    {
        if (option.IsLikeTarget && NextIsValue(out string next) && next.Contains(':')
            && option.TryRead(next, out _, out _))
        {
            string shown = Text.Plain(next);
            Errors.Add($"{spelling} {shown}: which of both is meant? The address of {spelling} is joined to it, "
                + $"{spelling}={shown}; a target stands before it");
        }
    }

    /// <summary>Whether the next word can be a value: no option begins like it.</summary>
    private bool NextIsValue(out string next)
    {
        bool isThere = _rest.TryPeek(out string? word);
        next = word ?? "";
        return isThere && !(next.Length > 1 && next[0] == '-' && !char.IsAsciiDigit(next[1]));
    }

    private void Take(Option option, string text, string origin)
    {
        if (!option.TryRead(text, out object value, out string error))
        {
            Values.AreWhole = false;
            Errors.Add($"{origin}: {error}{OtherWords.Hint(origin, _syntax)}");
        }
        else if (!Values.TryAdd(option, value, Text.Plain(option.IsFlag ? "" : text), origin, out error))
        {
            Errors.Add(error);
        }
    }

    /// <summary>The help or the version, when these words ask for one; null otherwise.</summary>
    public string? Asked(Shell shell) => _wantsHelp ? HelpText.Render(_syntax, shell.Columns, _wantsWholeHelp)
        : !_wantsVersion ? null
        : Values.Get(SharedOptions.Json) ? Release.Json
        : $"throng {Release.Version}\n";

    /// <summary>Says the warnings. What another program is told is not for us to comment on.</summary>
    /// <param name="command">Whose warnings they are: a plan's are doctor's.</param>
    public void Warn(Shell shell, string command)
    {
        foreach (string warning in _syntax.TakesProgram && Values.Words.Count > 0 ? [] : Warnings)
        {
            shell.Say($"throng {command}: {warning}");
        }
    }

    /// <summary>
    /// Reads what these words ask for; false when something is wrong with them, alone or together, which <paramref
    /// name="errors"/> then says. Files are read and names resolved only when nothing is wrong.
    /// </summary>
    /// <param name="contradictions">What is wrong with the options together.</param>
    /// <param name="toSpec">From options to what is to be done; adds what is wrong with it.</param>
    public bool TryRead<T>(
        Func<Values, IEnumerable<string>> contradictions, Func<Values, List<string>, T> toSpec,
        [NotNullWhen(true)] out T? spec, out List<string> errors)
        where T : class
    {
        errors = [.. Errors, .. contradictions(Values)];
        spec = errors.Count == 0 ? toSpec(Values, errors) : null;
        return spec is not null && errors.Count == 0;
    }

    private Option? Find(string spelling) =>
        _syntax.Options.FirstOrDefault(option => option.IsSpelled(spelling));

    /// <summary>
    /// A variable gives an option that the command line leaves open. One that no command knows is a warning only,
    /// and none at all when it is one that Kubernetes sets in every pod beside a service named throng.
    /// </summary>
    private void ReadEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        foreach (Option option in _syntax.Options.Where(IsOpen).ToArray())
        {
            string variable = option.Variables.FirstOrDefault(environment.ContainsKey, option.Variable);
            if (environment.TryGetValue(variable, out string? text) && text.Length > 0)
            {
                foreach (string value in option.IsRepeatable ? text.Split([' ', ','], SplitOptions) : [text])
                {
                    TakeVariable(option, variable, value);
                }
            }
        }

        IEnumerable<Option> options = _all.SelectMany(syntax => syntax.Options);
        string[] known = [.. options.SelectMany(option => option.Variables).Distinct()];
        foreach (string name in environment.Keys.Where(name => name.StartsWith("THRONG_", StringComparison.Ordinal)))
        {
            bool isOfKubernetes = name.StartsWith("THRONG_PORT", StringComparison.Ordinal)
                || name.StartsWith("THRONG_SERVICE_", StringComparison.Ordinal);
            if (!isOfKubernetes && !known.Contains(name) && Nearest.To(name, known) is { } nearest)
            {
                Warnings.Add($"{Text.Plain(name)} is no option and has no effect; did you mean {nearest}?");
            }
        }
    }

    private bool IsOpen(Option option) => !Values.Has(option) && !Values.Settled.Contains(option);

    private const StringSplitOptions SplitOptions =
        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    private void TakeVariable(Option option, string variable, string text)
    {
        if (!option.IsFlag)
        {
            Take(option, text, variable);
        }
        else if (text is "1" or "true" or "yes" or "on")
        {
            Take(option, "1", variable);
        }
        else if (text is not ("0" or "false" or "no" or "off"))
        {
            Errors.Add($"{variable}: '{Text.Plain(text)}' is neither 1 nor 0");
        }
    }
}
