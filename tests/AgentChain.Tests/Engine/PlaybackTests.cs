using AgentChain.Devices;
using AgentChain.Simulation;
using Microsoft.Extensions.Logging;

namespace AgentChain.Tests.Engine;

/// <summary>Streams that already play yield to turns with nothing to hear yet, in virtual time.</summary>
public class PlaybackTests
{
    static readonly ComputeDevice Gpu = new("gpu", DeviceKind.Cuda) { MaxLeases = 1 };

    [Fact]
    public void Run_TurnHasAudioAhead_YieldsToATurnThatHasNone() => VirtualWorld.Run(async world =>
    {
        List<string> begun = [];
        using var devices = new DeviceScheduler([Gpu]);
        await using StreamChain<int, int> chain = Speaks(world, begun, o => o.Playback(_ => 1.Seconds())).Build(world.Options(o => o.Devices = devices));

        // Each sentence takes 100 ms on the device and plays for 1 s. Without the option, the second turn would wait for its turn in the queue.
        Task<TurnReport> first = ReportAsync(chain, 1);
        await world.Delay(250);
        Task<TurnReport> second = ReportAsync(chain, 2);
        Task<TurnReport> third = ReportAsync(chain, 3);
        await Task.WhenAll(first, second, third);

        Assert.Equal(["0 1.0", "100 1.1", "200 1.2", "300 2.0", "400 3.0"], begun[..5]);
        Assert.Equal((100.0, 150.0, 250.0), ((await first).FirstOutput!.Value.Ms(), (await second).FirstOutput!.Value.Ms(), (await third).FirstOutput!.Value.Ms()));
    });

    [Fact]
    public void Run_AudioRunsOut_ThePlayingTurnGoesFirst() => VirtualWorld.Run(async world =>
    {
        List<string> begun = [];
        using var devices = new DeviceScheduler([Gpu]);
        await using StreamChain<int, int> chain = Speaks(world, begun, o => o.Playback(_ => 300.Milliseconds()))
            .Build(world.Options(o => o.Devices = devices));

        Task<TurnReport> first = ReportAsync(chain, 1);
        await world.Delay(50);
        Task<TurnReport>[] others = [.. Enumerable.Range(2, 8).Select(x => ReportAsync(chain, x))];
        await Task.WhenAll([first, .. others]);

        // The first sentence plays from 100 to 400, so the next must begin by 300; before that, it yields.
        string next = begun.First(b => b.EndsWith(" 1.1", StringComparison.Ordinal));
        Assert.InRange(double.Parse(next.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), 200, 300);
        Assert.Equal("100 2.0", begun[1]);
    });

    [Fact]
    public void Run_ManyVoices_FirstAudioComesSoonerAndNothingStalls() => VirtualWorld.Run(async world =>
    {
        (double plain, int plainGaps) = await ServeAsync(world, playback: false);
        (double playing, int gaps) = await ServeAsync(world, playback: true);

        Assert.True(playing * 2 <= plain, $"p95 to the first audio: {plain} ms in order of arrival, {playing} ms by the clock");
        Assert.True(gaps <= plainGaps && gaps <= 2, $"{plainGaps} gaps in order of arrival, {gaps} by the clock");
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_DurationCannotBeRead_CountsAsNoneAndIsLoggedOnce(bool throws) => VirtualWorld.Run(async world =>
    {
        var log = new CollectingLogger();
        List<string> begun = [];
        await using StreamChain<int, int> chain = Speaks(
                world, begun, o => o.Playback(_ => throws ? throw new InvalidDataException() : TimeSpan.FromSeconds(-1)))
            .Build(world.Options(o => (o.Devices, o.LoggerFactory) = (new DeviceScheduler([Gpu]), log)));

        Assert.Equal([10, 11, 12, 13], await chain.RunToListAsync(1));
        Assert.Equal([20, 21, 22, 23], await chain.RunToListAsync(2));
        string line = Assert.Single(log.Lines, l => l.Contains("how long items of block speak play", StringComparison.Ordinal));
        Assert.Contains(throws ? "threw System.IO.InvalidDataException" : "returned a negative time", line, StringComparison.Ordinal);
    });

    [Fact]
    public void Run_SynchronousBlock_PlaysToo() => VirtualWorld.Run(async world =>
    {
        int asked = 0;
        await using StreamChain<int, int> chain = Chain.From<int>("sync")
            .Stream("items", (_, _, token) => world.Count([0, 0, 0], token))
            .ThenEach("frame", x => x + 1, o => o.Playback(_ =>
            {
                asked++;
                return 20.Milliseconds();
            }))
            .Build(world.Options());

        Assert.Equal([1, 2, 3], await chain.RunToListAsync(1));
        Assert.Equal(3, asked);
    });

    [Fact]
    public void Run_OverloadOrdersBySlack_TheTightestTurnGetsTheDeviceFirst() => VirtualWorld.Run(async world =>
    {
        List<int> begun = [];
        using var devices = new DeviceScheduler([Gpu]);
        await using Chain<int, int> chain = Chain.From<int>("slack")
            .Then("work", async (x, token) =>
            {
                begun.Add(x);
                await world.Delay(20, token);
                return x;
            }, o => o.On("gpu").Cost(AgentChain.Costs.CostModel.Constant(20.Milliseconds())))
            .Build(world.Options(o => (o.Devices, o.Budget, o.Overload) = (devices, LatencyBudget.Total(1.Seconds()), new OverloadOptions())));

        await Task.WhenAll(new[] { 1000, 900, 500, 700 }.Select(ms =>
            chain.RunAsync(ms, new TurnOptions { Budget = LatencyBudget.Total(ms.Milliseconds()) }).AsTask()));

        Assert.Equal([1000, 500, 700, 900], begun);
    });

    /// <summary>Serves 60 turns of 4 sentences, each 100 ms of work and 1.5 s of audio, on one device at a load of nine tenths.</summary>
    static async Task<(double P95, int Gaps)> ServeAsync(VirtualWorld world, bool playback)
    {
        using var devices = new DeviceScheduler([Gpu]);
        await using StreamChain<int, int> chain = Speaks(world, [], o => _ = playback ? o.Playback(_ => 1500.Milliseconds()) : o)
            .Build(world.Options(o => o.Devices = devices));
        var random = new Random(3);
        List<Task<(double First, int Gaps)>> turns = [];
        for (int i = 0; i < 60; i++)
        {
            turns.Add(ListenAsync(chain.Start(i)));
            await world.Delay(-Math.Log(1 - random.NextDouble()) * 444);
        }

        (double First, int Gaps)[] all = await Task.WhenAll(turns);
        return (all.Select(t => t.First).Order().ElementAt(56), all.Sum(t => t.Gaps));

        async Task<(double First, int Gaps)> ListenAsync(Turn<int> turn)
        {
            double from = world.Elapsed.TotalMilliseconds, first = 0, until = double.MaxValue;
            int gaps = 0;
            await foreach (int item in turn.Output)
            {
                double now = world.Elapsed.TotalMilliseconds;
                first = first == 0 ? now - from : first;
                gaps += now > until + 1 ? 1 : 0;
                until = Math.Max(now, until == double.MaxValue ? now : until) + 1500;
            }

            return (first, gaps);
        }
    }

    /// <summary>Four sentences, each of which takes 100 ms on the device.</summary>
    static StreamChainBuilder<int, int> Speaks(VirtualWorld world, List<string> begun, Func<StreamSetup<int, int>, StreamSetup<int, int>> configure) =>
        Chain.From<int>("voice")
            .Stream("sentences", (x, _, _) => new[] { 0, 1, 2, 3 }.Select(i => (x * 10) + i).ToAsyncEnumerable())
            .ThenEach("speak", async (x, token) =>
            {
                begun.Add($"{world.Elapsed.Ms()} {x / 10}.{x % 10}");
                await world.Delay(100, token);
                return x;
            }, o => configure(o.On("gpu")));

    static async Task<TurnReport> ReportAsync(StreamChain<int, int> chain, int input)
    {
        Turn<int> turn = chain.Start(input);
        await foreach (int item in turn.Output)
        {
        }

        return (await turn.Completion).Report;
    }
}
