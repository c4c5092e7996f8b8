using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

public class DeviceLedgerTests
{
    static readonly ComputeDevice Gpu = new("cuda:0", DeviceKind.Cuda) { MemoryBytes = 100 };

    [Fact]
    public void Reserve_Fits_IsListedUntilItIsDisposed()
    {
        DeviceLedger ledger = Ledger();
        MemoryLease weights = ledger.Reserve("CUDA:0", 60, MemoryPurpose.Weights, "llm");
        MemoryLease cache = ledger.Reserve("cuda:0", 30, MemoryPurpose.KeyValueCache, "llm");
        Assert.Equal(
            [new MemoryHolding("cuda:0", "llm", MemoryPurpose.Weights, 60), new("cuda:0", "llm", MemoryPurpose.KeyValueCache, 30)], ledger.Holders);
        Assert.Equal((90, 10L), (ledger.ReservedBytes("cuda:0"), ledger.FreeBytes("cuda:0")));
        weights.Dispose();
        weights.Dispose();
        Assert.Equal(70, ledger.FreeBytes("cuda:0"));
        cache.Dispose();
        Assert.Empty(ledger.Holders);
    }

    [Fact]
    public void Reserve_DoesNotFit_NamesWhatIsAskedAndWhoHoldsTheRest()
    {
        DeviceLedger ledger = new([Gpu with { MemoryBytes = 24_000_000_000 }]);
        using MemoryLease held = ledger.Reserve("cuda:0", 16_100_000_000, MemoryPurpose.Weights, "llm");
        DeviceMemoryException error = Assert.Throws<DeviceMemoryException>(() => ledger.Reserve("cuda:0", 9_000_000_000, MemoryPurpose.Weights, "voice"));
        Assert.Equal(("cuda:0", "voice", 9_000_000_000, 7_900_000_000), (error.Device, error.Owner, error.Asked, error.Free));
        Assert.Equal([held.Holding], error.Holders);
        Assert.Contains("'voice' needs 9 GB of cuda:0 (Weights), which has 7.9 GB left; reserved there: llm 16.1 GB Weights.", error.Message);
        Assert.Equal([held.Holding], ledger.Holders);
        Assert.False(ledger.TryReserve("cuda:0", 9_000_000_000, MemoryPurpose.Weights, "voice", out MemoryLease? none));
        Assert.Null(none);
    }

    [Fact]
    public void Reserve_LargerThanTheDevice_SaysWhatToDo()
    {
        DeviceMemoryException error = Assert.Throws<DeviceMemoryException>(() => Ledger().Reserve("cuda:0", 101, MemoryPurpose.Weights, "llm"));
        Assert.Contains("nothing is reserved there. Use a device with more memory, or a smaller or quantized model.", error.Message);
    }

    [Fact]
    public void Reserve_SizeOfTheDeviceNotKnown_IsGrantedAndAccountedFor()
    {
        DeviceLedger ledger = Ledger();
        using MemoryLease lease = ledger.Reserve("cpu", long.MaxValue, MemoryPurpose.PinnedBuffer, "buffers");
        Assert.Null(ledger.FreeBytes("cpu"));
        Assert.Equal(long.MaxValue, ledger.ReservedBytes("cpu"));
    }

    [Fact]
    public void Resize_GrowsWithinTheDevice_OrStaysAsItWas()
    {
        DeviceLedger ledger = Ledger();
        using MemoryLease cache = ledger.Reserve("cuda:0", 10, MemoryPurpose.KeyValueCache, "llm");
        cache.Resize(100);
        Assert.Equal(0, ledger.FreeBytes("cuda:0"));
        Assert.Equal(1, Assert.Throws<DeviceMemoryException>(() => cache.Resize(101)).Asked);
        Assert.Equal(100, cache.Holding.Bytes);
        cache.Resize(0);
        Assert.Equal(100, ledger.FreeBytes("cuda:0"));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Resize(-1));
        cache.Dispose();
        Assert.Throws<ObjectDisposedException>(() => cache.Resize(1));
    }

    [Fact]
    public void Reserve_BadArguments_AreNamed()
    {
        DeviceLedger ledger = Ledger();
        Assert.Contains("no device 'cuda:7'; available devices: cpu, cuda:0", Assert.Throws<ArgumentException>(() => ledger.Reserve("cuda:7", 1, MemoryPurpose.Weights, "llm")).Message);
        Assert.Contains("bytes is -1", Assert.Throws<ArgumentOutOfRangeException>(() => ledger.Reserve("cpu", -1, MemoryPurpose.Weights, "llm")).Message);
        Assert.Contains("purpose is 99", Assert.Throws<ArgumentOutOfRangeException>(() => ledger.Reserve("cpu", 1, (MemoryPurpose)99, "llm")).Message);
        Assert.Throws<ArgumentException>(() => ledger.Reserve("cpu", 1, MemoryPurpose.Weights, " "));
        Assert.Throws<ArgumentException>(() => new DeviceLedger([Gpu, Gpu]));
    }

    [Fact]
    public async Task Reserve_ManyThreads_NeverMoreThanTheDeviceHas()
    {
        DeviceLedger ledger = Ledger();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (int i = 0; i < 5000; i++)
            {
                if (ledger.TryReserve("cuda:0", random.Next(60), MemoryPurpose.Workspace, "work", out MemoryLease? lease))
                {
                    Assert.InRange(ledger.FreeBytes("cuda:0")!.Value, 0, 100);
                    lease.Dispose();
                }
            }
        })));
        Assert.Equal((0, 100L), (ledger.Holders.Count, ledger.FreeBytes("cuda:0")));
    }

    static DeviceLedger Ledger() => new([ComputeDevice.Cpu(), Gpu]);
}
