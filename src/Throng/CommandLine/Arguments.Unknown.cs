namespace Throng;

/// <summary>Words with a dash that are no option of the command.</summary>
public sealed partial class Arguments
{
    /// <summary>A long option behind one dash, as programs written in Go take it; here these are letters.</summary>
    private void ReadDashLong(string name, string? value)
    {
        if (Find("-" + name) is not { } option)
        {
            Unknown("-" + name, value);
            return;
        }

        Values.AreWhole = false;
        if (option.TakesNext && value is null && NextIsValue(out string _))
        {
            _rest.Dequeue();
        }

        Errors.Add($"{Text.Plain(name)}: a long option has two dashes here: write -{Text.Plain(name)}");
    }

    /// <summary>Says that there is no such option: one mistake, one line. What would be its value is not read as
    /// anything else.</summary>
    /// <param name="value">The value joined to it; null: the next word would be it.</param>
    private void Unknown(string spelling, string? value)
    {
        Values.AreWhole = false;
        Option? elsewhere = _all.SelectMany(other => other.Options)
            .FirstOrDefault(option => option.IsSpelled(spelling));
        OtherWord? other = OtherWords.Find(spelling, _syntax);
        bool isFlag = other is { TakesValue: false } || (other is null && elsewhere is { IsFlag: true });
        if (!isFlag && !_syntax.TakesFiles && value is null && NextIsValue(out string next)
            && !char.IsAsciiDigit(spelling[^1]))
        {
            value = next;
            _rest.Dequeue();
        }

        string plain = Text.Plain(spelling);
        if (other is not null)
        {
            Errors.Add(other.Answer(plain, value, _syntax));
        }
        else if (elsewhere is not null)
        {
            string[] owners = [.. _all
                .Where(command => command.Options.Any(option => option.IsSpelled(spelling)))
                .Select(command => command.Name)];
            Errors.Add($"{plain} is an option of {Text.Listed(owners)}, not of {_syntax.Name}");
        }
        else
        {
            string otherwise = $"see throng {_syntax.Name} --help";
            IEnumerable<string> known = _syntax.Options.SelectMany(option => option.Spellings).Append("--help");
            bool isNegative = spelling.Length > 1 && spelling[1..].All(char.IsAsciiDigit);
            string instead = OtherWords.IsKnown(spelling)
                ? $"; {otherwise}"
                : Text.DidYouMean(spelling, known, otherwise);
            Errors.Add(isNegative && _syntax.Operand is not null
                ? $"'{plain}' is no count: it begins with a dash"
                : $"unknown option {plain}{instead}");
        }
    }
}
