using System.Security.Cryptography;
using NATS.NKeys;

namespace Throng.Nats;

/// <summary>Somebody a server lets in: with a password, or with a key whose public part the server knows.</summary>
/// <param name="Name">Name of the participant, of letters, digits, - and _; with a password its user name too.</param>
/// <param name="Password">Null: with a key.</param>
/// <param name="PublicKey">Public part of an nkey (U…); null: with a password.</param>
public sealed record NatsUser(string Name, string? Password, string? PublicKey)
{
    /// <summary>A user with a password that nobody guesses.</summary>
    public static NatsUser WithPassword(string name) =>
        new(name, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), null);

    /// <summary>A user with a key, and the secret part of it: what its key file holds.</summary>
    public static (NatsUser User, string Seed) WithKey(string name)
    {
        using KeyPair pair = KeyPair.CreatePair(PrefixByte.User);
        return (new NatsUser(name, null, pair.GetPublicKey()), pair.GetSeed());
    }

    /// <summary>The keys in a key file: a line with the secret one (SU…) is all that is needed.</summary>
    /// <exception cref="BusException">There is none in it.</exception>
    internal static (string Seed, string PublicKey) ReadKey(string path)
    {
        string? seed = File.ReadLines(path).Select(line => line.Trim())
            .FirstOrDefault(line => line.StartsWith("SU", StringComparison.Ordinal));
        try
        {
            using KeyPair pair = KeyPair.FromSeed(seed ?? "");
            return (seed!, pair.GetPublicKey());
        }
        catch (Exception none) when (none is NKeysException or ArgumentException or FormatException
            or IndexOutOfRangeException)
        {
            throw new BusException($"{path} holds no key of a user", "it has a line that begins with SU");
        }
    }
}
