using Throng.Engine;
using Xunit;

namespace Throng.Tests;

/// <summary>Descriptors of a run that all that listens beside it may take.</summary>
public sealed class ListenersTests
{
    /// <summary>Descriptors that the process itself has open: the runtime, files, rings, listeners.</summary>
    private const int OwnMax = 90;

    [Fact]
    public void All_together_need_less_than_is_set_apart()
    {
        int clients = HttpPort.RoomMax + HealthProbe.ProbesMax + ControlSocket.ClientsMax;
        Assert.InRange(clients + OwnMax, 1, Capacity.ReservedDescriptors);
    }
}
