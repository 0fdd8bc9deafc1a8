using System.Text.RegularExpressions;

namespace Throng.Tests.Tidy;

/// <summary>Kind of member that stands in a file or in a type: another type, a function, or a value.</summary>
internal enum MemberKind
{
    Type,

    /// <summary>A method, constructor, operator or property with code.</summary>
    Function,

    /// <summary>A field, an automatic property, an object written out: tables may be long.</summary>
    Value,
}

/// <summary>A declaration and the lines it takes; attributes and comments before it not counted.</summary>
internal sealed partial record Member(MemberKind Kind, string Name, int FirstLine, int LastLine, Member? Outer)
{
    public int Length => LastLine - FirstLine + 1;

    /// <summary>Every declaration in a file, nested ones too; a scan of brackets, not a parser.</summary>
    public static IReadOnlyList<Member> In(SourceFile file)
    {
        List<Member> members = [];
        Scan(file, Preamble().Replace(file.Parts.Code, one => Blank(one.Value)), 0, file.Text.Length, null, members);
        return members;
    }

    private static void Scan(SourceFile file, string code, int from, int to, Member? outer, List<Member> into)
    {
        int depth = 0;
        int start = from;
        int body = -1;
        for (int at = from; at < to; at++)
        {
            char one = code[at];
            body = one == '{' && depth == 0 && body < 0 ? at : body;
            depth += one is '{' or '(' or '[' ? 1 : one is '}' or ')' or ']' ? -1 : 0;
            if (depth != 0 || (one != ';' && (one != '}' || GoesOn(code, at + 1, to))))
            {
                continue;
            }

            Member? member = Of(file, code, start, at + 1, outer);
            if (member is not null)
            {
                into.Add(member);
            }

            if (member is { Kind: MemberKind.Type } && body >= 0 && !EnumWord().IsMatch(Surface(code[start..body])))
            {
                Scan(file, code, body + 1, at, member, into);
            }

            start = at + 1;
            body = -1;
        }
    }

    /// <summary>After the brace of a property may come its initial value.</summary>
    private static bool GoesOn(string code, int from, int to) =>
        code.AsSpan(from, to - from).TrimStart() is [('=' or ';' or ',' or '.' or ')'), ..];

    private static Member? Of(SourceFile file, string code, int start, int end, Member? outer)
    {
        string text = code[start..end];
        Match attributes = Attributes().Match(text);
        int first = start + attributes.Length;
        string surface = Surface(code[first..end]);
        if (surface.Trim(' ', '\n', ';').Length == 0)
        {
            return null;
        }

        int firstLine = file.LineAt(first);
        int lastLine = file.LineAt(end - 1);
        if (TypeName().Match(surface) is { Success: true } type)
        {
            return new Member(MemberKind.Type, type.Groups["name"].Value, firstLine, lastLine, outer);
        }

        string head = Operators().Replace(surface, "operator");
        int value = ValueSign().Match(head) is { Success: true } sign ? sign.Index : int.MaxValue;
        int arrow = head.IndexOf("=>", StringComparison.Ordinal);
        bool hasBody = head.Contains('{') || arrow >= 0;
        bool isValue = !hasBody || value < (arrow >= 0 ? arrow : head.IndexOf('{')) || AutoProperty().IsMatch(text)
            || Table().IsMatch(text);
        Match name = LastName().Match(head);
        return new Member(isValue ? MemberKind.Value : MemberKind.Function, name.Value, firstLine, lastLine, outer);
    }

    /// <summary>The text outside all brackets; the brackets themselves stay.</summary>
    private static string Surface(string code)
    {
        int depth = 0;
        char[] kept = new char[code.Length];
        for (int at = 0; at < code.Length; at++)
        {
            char one = code[at];
            depth -= one is '}' or ')' or ']' ? 1 : 0;
            kept[at] = depth > 0 ? ' ' : one;
            depth += one is '{' or '(' or '[' ? 1 : 0;
        }

        return new string(kept);
    }

    private static string Blank(string text) => new([.. text.Select(one => one == '\n' ? '\n' : ' ')]);

    [GeneratedRegex(@"^[ \t]*(?:global\s+)?(?:using\s[^;{]*;|namespace\s[^;{]*;|#.*)", RegexOptions.Multiline)]
    private static partial Regex Preamble();

    [GeneratedRegex(@"^\s*(?:\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]\s*)*")]
    private static partial Regex Attributes();

    [GeneratedRegex(
        @"^[\w\s]*\b(?:class|struct|interface|enum|record(?:\s+(?:struct|class))?|delegate\s[\w<>\[\]?., ]*?)"
            + @"\s+@?(?<name>\w+)\s*[<({:;]?",
        RegexOptions.ExplicitCapture)]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\benum\b")]
    private static partial Regex EnumWord();

    [GeneratedRegex(@"\boperator\s*[^\s(\w]+")]
    private static partial Regex Operators();

    [GeneratedRegex("(?<![=<>!])=(?![=>])")]
    private static partial Regex ValueSign();

    [GeneratedRegex(@"\{\s*(?:(?:public|private|protected|internal)?\s*(?:get|set|init)\s*;\s*)+\}")]
    private static partial Regex AutoProperty();

    /// <summary>One expression that makes an object, without a statement in it.</summary>
    [GeneratedRegex(@"^[^{;]*=>\s*new\b[^;]*;$")]
    private static partial Regex Table();

    [GeneratedRegex(@"\w+(?=\s*(?:<[^(]*>)?\s*(?:\(|\{|=|;))")]
    private static partial Regex LastName();
}
