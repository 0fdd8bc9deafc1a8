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
}
