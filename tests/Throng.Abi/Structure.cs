using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Throng.Abi;

/// <summary>One structure: its size, and where its fields lie.</summary>
internal sealed unsafe class Structure
{
    private readonly StringBuilder _line = new();
    private readonly byte* _start;

    private Structure(string name, byte* start, int bytes)
    {
        _start = start;
        _line.Append(CultureInfo.InvariantCulture, $"{name} {bytes}");
    }

    /// <param name="start">Some structure of this kind; only its addresses are looked at.</param>
    /// <param name="name">As C calls it, when it has another name here.</param>
    public static Structure Of<T>(T* start, string? name = null)
        where T : unmanaged => new(name ?? typeof(T).Name, (byte*)start, sizeof(T));

    /// <summary>One field more.</summary>
    public Structure At(void* field, [CallerArgumentExpression(nameof(field))] string expression = "")
    {
        string name = expression[(expression.LastIndexOf('.') + 1)..];
        _line.Append(CultureInfo.InvariantCulture, $" {name}@{(byte*)field - _start}");
        return this;
    }

    /// <summary>Name, bytes, and field@offset for each field.</summary>
    public override string ToString() => _line.ToString();
}
