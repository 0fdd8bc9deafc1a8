namespace Throng.KernelTests.Contract;

public sealed class PacketToEpollContractTests() : ContractTests("packet" + BackendUnderTest.To + "epoll");

public sealed class PacketToUringContractTests() : ContractTests("packet" + BackendUnderTest.To + "uring");
