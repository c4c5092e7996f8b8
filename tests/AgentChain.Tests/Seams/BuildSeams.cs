using AgentChain.Devices;
using static AgentChain.Tests.Seams.Misbehavior;

namespace AgentChain.Tests.Seams;

/// <summary>What <c>Build</c> asks a block.</summary>
static class BuildSeams
{
    const string Device = "INeedsDevice.Device";

    public static IEnumerable<SeamCase> Cases =>
    [
        new(Device, Throws, how =>
        {
            var error = Assert.Throws<ChainValidationException>(() => Built(how));
            Assert.Contains($"Block '{SeamCase.Block}' threw {nameof(HostException)}", Assert.Single(error.Errors), StringComparison.Ordinal);
        }),

        // It needs no device then.
        new(Device, ReturnsNull, how => Assert.Equal(3, Built(how).RunAsync(3).AsTask().GetAwaiter().GetResult())),
    ];

    static Chain<int, int> Built(Misbehavior how)
    {
        var host = new HostCode(how) { IsBad = true };
        Chain<int, int> chain = Chain.From<int>("seams").Then(SeamCase.Block, new Needing(host)).Build();
        Assert.Equal(1, host.Times);
        return chain;
    }

    sealed class Needing(HostCode host) : IBlock<int, int>, INeedsDevice
    {
        public ComputeDevice? Device => host.Return<ComputeDevice?>(ComputeDevice.Cpu(1));

        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);
    }
}
