using System.Runtime.CompilerServices;

namespace Throng.Engine;

/// <summary>Somebody who has an address on the link, as far as is known.</summary>
internal sealed class Neighbour
{
    private readonly byte[] _address;
    private readonly byte[] _asker;

    /// <param name="address">As packets have it, 4 or 16 bytes.</param>
    /// <param name="asker">The address of ours that its answer is to go to.</param>
    public Neighbour(byte[] address, byte[] asker) => (_address, _asker) = (address, asker);

    public ReadOnlySpan<byte> Address => _address;

    public ReadOnlySpan<byte> Asker => _asker;

    /// <summary>Its Ethernet address; of meaning while <see cref="IsKnown"/>.</summary>
    public MacAddress Mac { get; private set; }

    public bool IsKnown { get; private set; }

    /// <summary>Nobody has answered to the last questions.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Questions since the last answer.</summary>
    public int Asked { get; set; }

    /// <summary>When it is to be asked, or asked again.</summary>
    public long NextNs { get; set; }

    /// <summary>Whether frames went to it since it was asked last.</summary>
    public bool IsUsed { get; set; }

    public void Answered(ReadOnlySpan<byte> mac, long nextNs)
    {
        MacAddress read = default;
        mac[..MacAddress.Bytes].CopyTo(read);
        Mac = read;
        IsKnown = true;
        IsSilent = false;
        Asked = 0;
        NextNs = nextNs;
    }
}

/// <summary>An Ethernet address.</summary>
[InlineArray(Bytes)]
internal struct MacAddress
{
    public const int Bytes = 6;

    private byte _first;
}
