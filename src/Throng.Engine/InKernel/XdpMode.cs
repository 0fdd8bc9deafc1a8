namespace Throng.Engine;

/// <summary>Where in a packet's way the program stands.</summary>
public enum XdpMode : byte
{
    /// <summary>Native where the driver can and nothing speaks against it, else generic.</summary>
    Auto = 0,

    /// <summary>At the entrance of the network stack: every interface, and packets of any offload.</summary>
    Generic = 1,

    /// <summary>In the driver, before a packet has any memory of the stack.</summary>
    Native = 2,
}
