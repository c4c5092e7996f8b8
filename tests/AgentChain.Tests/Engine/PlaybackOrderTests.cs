using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>By when a turn that plays asks for its device, in virtual time.</summary>
public class PlaybackOrderTests
{
    [Fact]
    public void Request_RunsVary_IsServedTwoDeviationsBeforeTheAudioRunsOut() => VirtualWorld.Run(async world =>
    {
        using var devices = new Recording(world);
        int runs = 0;
        await using StreamChain<int, int> chain = Sentences()
            .ThenEach("speak", (x, token) => Wait(world, x, runs++ % 2 == 0 ? 100 : 200, token), o => o.On("gpu").Concurrency(1).Playback(_ => 1.Seconds()))
            .Build(world.Options(o => o.Devices = devices));

        await chain.RunToListAsync(1);

        // The first two end at 100 and 300, and play until 2,100. The usual run takes 150 ms, with a deviation of 50 ms.
        Assert.Equal(2100 - 150 - (2 * 50), devices.StartBy("speak")[2], 1.0);
    });

    [Fact]
    public void Request_WarmedUpBefore_TheWarmUpIsNotUsual() => VirtualWorld.Run(async world =>
    {
        using var devices = new Recording(world);
        int runs = 0;
        await using StreamChain<int, int> chain = Sentences()
            .ThenEach("speak", (x, token) => Wait(world, x, runs++ < 4 ? 500 : 100, token), o => o.On("gpu").Concurrency(1).Playback(_ => 1.Seconds()))
            .Build(world.Options(o => o.Devices = devices));
        await chain.WarmUpAsync([1]);
        double from = world.Elapsed.TotalMilliseconds;
        int before = devices.StartBy("speak").Count;

        await chain.RunToListAsync(1);

        Assert.Equal(1100 - 100, devices.StartBy("speak")[before + 1] - from, 1.0);
    });

    [Fact]
    public void Request_BlockBeforeTheOneThatPlays_LeavesTimeForIt() => VirtualWorld.Run(async world =>
    {
        using var devices = new Recording(world, leases: 2);
        await using StreamChain<int, int> chain = Sentences()
            .ThenEach("write", (x, token) => Wait(world, x, 300, token), o => o.On("gpu").Concurrency(1))
            .ThenEach("speak", (x, token) => Wait(world, x, 100, token), o => o.On("gpu").Concurrency(1).Playback(_ => 1.Seconds()))
            .Build(world.Options(o => o.Devices = devices));

        await chain.RunToListAsync(1);

        // Nothing is known of the block, so it counts as long as the one that plays.
        double[] asked = [.. devices.StartBy("write").Where(at => at < 1e9)];
        Assert.NotEmpty(asked);
        Assert.Equal(1400 - (2 * 100), asked[0], 1.0);
    });

    static StreamChainBuilder<int, int> Sentences() =>
        Chain.From<int>("voice").Stream("sentences", (x, _, _) => new[] { 0, 1, 2, 3 }.Select(i => (x * 10) + i).ToAsyncEnumerable());

    static async ValueTask<int> Wait(VirtualWorld world, int value, int milliseconds, CancellationToken cancellationToken)
    {
        await world.Delay(milliseconds, cancellationToken);
        return value;
    }

    /// <summary>A scheduler of one device that keeps by when each request is to be served.</summary>
    sealed class Recording(VirtualWorld world, int leases = 1) : IDeviceScheduler, IDisposable
    {
        readonly DeviceScheduler _inner = new([new("gpu", DeviceKind.Cuda) { MaxLeases = leases }]);
        readonly List<PlacementRequest> _requests = [];

        public IReadOnlyList<ComputeDevice> Devices => _inner.Devices;

        public int OpenLeases => _inner.OpenLeases;

        public int StuckLanes => _inner.StuckLanes;

        /// <summary>The times of a block's requests, in milliseconds since the world began.</summary>
        public IReadOnlyList<double> StartBy(string block)
        {
            double now = world.Elapsed.TotalMilliseconds;
            long at = world.Clock.GetTimestamp();
            return [.. _requests.Where(r => r.Block == block).Select(r => now + ((r.StartBy - (double)at) * 1000 / world.Clock.TimestampFrequency))];
        }

        public ValueTask<DeviceLease> AcquireAsync(PlacementRequest request, CancellationToken cancellationToken)
        {
            _requests.Add(request);
            return _inner.AcquireAsync(request, cancellationToken);
        }

        public void Dispose() => _inner.Dispose();
    }
}
