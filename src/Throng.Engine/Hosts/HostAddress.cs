using System.Net;
using System.Net.NetworkInformation;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>An address that the kernel has on an interface of this network namespace.</summary>
/// <param name="PrefixLength">Bits that all addresses of its network share.</param>
public readonly record struct HostAddress(string Interface, IPAddress Address, int PrefixLength)
{
    private const int ErrnoMax = 4095;

    /// <summary>Reads all of them.</summary>
    /// <exception cref="SetupException">The kernel does not tell.</exception>
    public static IReadOnlyList<HostAddress> ReadAll()
    {
        try
        {
            return
            [
                .. from one in NetworkInterface.GetAllNetworkInterfaces()
                   from unicast in one.GetIPProperties().UnicastAddresses
                   select new HostAddress(one.Name, unicast.Address, unicast.PrefixLength),
            ];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException
            or NetworkInformationException)
        {
            throw new SetupException(
                $"the addresses of this host cannot be read: {Described(failure)}", "see: ip addr");
        }
    }

    private static string Described(Exception failure) => failure switch
    {
        FileNotFoundException { FileName: { } name } => $"there is no {name}",
        { HResult: > 0 and <= ErrnoMax } => Errno.Text(failure.HResult),
        _ => "the kernel does not tell them",
    };
}
