namespace AgentChain.Simulation.Tests.Batching;

/// <summary>
/// Steps of a batching device, exact to the tick. A step of prompts takes 10 ms and 1 ms for each token; one of sequences takes 10 ms, 1 ms
/// for each sequence, and 0.1 ms for each token that they look back on.
/// </summary>
public sealed class BatchDeviceTests
{
    [Fact]
    public void PromptAsync_OthersWaitMeanwhile_AreReadTogetherInTheNextStep() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedBatchDevice(world.Clock, new(Time));
        Task first = Prompt(world, device, "a", 20);
        await world.Delay(5);
        await Task.WhenAll(first, Prompt(world, device, "b", 4), Prompt(world, device, "c", 6));

        Assert.Equal(["30 a", "50 b", "50 c"], world.Events);
        Assert.Equal((3, 2L, 1.5), (device.Completed, device.Steps, device.MeanBatch));
        Assert.Equal(50.Milliseconds(), device.Busy);
    });

    [Fact]
    public void PromptAsync_SameInstant_IsOneStepWhoseSquaresAreAdded() => VirtualWorld.Run(async world =>
    {
        List<BatchStep> steps = [];
        var device = new SimulatedBatchDevice(world.Clock, new(Noted(steps)));

        await Task.WhenAll(Prompt(world, device, "a", 3), Prompt(world, device, "b", 4));

        Assert.Equal([new BatchStep { Prompts = 2, PromptTokens = 7, SquaredPromptTokens = 25 }], steps);
    });

    [Fact]
    public void GenerateAsync_SequencesJoinAndLeave_EachStepCountsThoseInside() => VirtualWorld.Run(async world =>
    {
        List<BatchStep> steps = [];
        var device = new SimulatedBatchDevice(world.Clock, new(Noted(steps)));
        Task first = Generate(world, device, "a", 9, 3);
        await world.Delay(1);
        await Task.WhenAll(first, Generate(world, device, "b", 19, 1));

        // 12 ms with a alone, 15.1 ms with both, 12.2 ms with a alone.
        Assert.Equal(["27.1 b", "39.3 a"], world.Events);
        Assert.Equal([(1, 10), (2, 31), (1, 12)], steps.Select(step => (step.Sequences, step.ContextTokens)));
        Assert.Equal(1.333, device.MeanBatch, 0.001);
    });

    [Fact]
    public void Steps_PromptsAndSequences_PromptsFirstInAStepOfTheirOwn() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedBatchDevice(world.Clock, new(Time));
        Task sequence = Generate(world, device, "sequence", 9, 2);
        await world.Delay(1);
        await Task.WhenAll(sequence, Prompt(world, device, "prompt", 20));

        Assert.Equal(["42 prompt", "54.1 sequence"], world.Events);
    });

    [Fact]
    public void Steps_PromptThatBecomesASequence_JoinsTheNextStep() => VirtualWorld.Run(async world =>
    {
        List<BatchStep> steps = [];
        var device = new SimulatedBatchDevice(world.Clock, new(Noted(steps)));
        Task other = Generate(world, device, "other", 9, 5);
        await device.PromptAsync(3);
        await Task.WhenAll(other, Generate(world, device, "answer", 3, 1));

        Assert.Equal([0, 2, 1, 1, 1, 1], steps.Select(step => step.Sequences));
    });

    [Fact]
    public void MaxPromptTokens_TooManyWait_TheRestWaitsForTheNextStepAndALongOneRunsAlone() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedBatchDevice(world.Clock, new(Time) { MaxPromptTokens = 10 });

        await Task.WhenAll(Prompt(world, device, "a", 6), Prompt(world, device, "b", 4), Prompt(world, device, "c", 30), Prompt(world, device, "d", 1));

        Assert.Equal(["20 a", "20 b", "60 c", "71 d"], world.Events);
    });

    [Fact]
    public void MaxCachedTokens_SequenceDoesNotFit_EntersWhenAnotherHasLeft() => VirtualWorld.Run(async world =>
    {
        List<BatchStep> steps = [];
        var device = new SimulatedBatchDevice(world.Clock, new(Noted(steps)) { MaxCachedTokens = 20 });

        await Task.WhenAll(Generate(world, device, "a", 8, 2), Generate(world, device, "b", 9, 2), Generate(world, device, "long", 40, 1));

        Assert.Equal([1, 1, 1, 1, 1], steps.Select(step => step.Sequences));
        Assert.Equal(["a", "b", "long"], world.Events.Select(line => line.Split(' ')[1]));
    });

    [Fact]
    public void MaxCachedTokens_ALongSequenceWaits_AShorterOneDoesNotOvertakeIt() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedBatchDevice(world.Clock, new(_ => 10.Milliseconds()) { MaxCachedTokens = 20 });

        await Task.WhenAll(Generate(world, device, "a", 8, 2), Generate(world, device, "long", 15, 1), Generate(world, device, "short", 1, 1));

        Assert.Equal(["20 a", "30 long", "30 short"], world.Events);
    });

    [Fact]
    public void MaxBatch_MoreSequences_Wait() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedBatchDevice(world.Clock, new(_ => 10.Milliseconds()) { MaxBatch = 2 });
        Task all = Task.WhenAll(Generate(world, device, "a", 0, 1), Generate(world, device, "b", 0, 2), Generate(world, device, "c", 0, 1));
        await world.Delay(1);
        Assert.Equal((2, 1), (device.Running, device.Waiting));
        await all;

        Assert.Equal(["10 a", "20 b", "20 c"], world.Events);
    });

    [Fact]
    public void Servers_Two_ASequenceGoesToTheOneWithTheFewest() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedBatchDevice(world.Clock, new(step => TimeSpan.FromMilliseconds(10 * step.Sequences)), servers: 2);

        await Task.WhenAll(Generate(world, device, "a", 0, 1), Generate(world, device, "b", 0, 1), Generate(world, device, "c", 0, 1));

        Assert.Equal(["10 b", "20 a", "20 c"], world.Events);
        Assert.Equal(30.Milliseconds(), device.Busy);
    });

    [Fact]
    public void Cancel_WaitingOrRunning_LeavesAtOnceAndTheStepTakesItsTime() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedBatchDevice(world.Clock, new(Time));
        using var source = new CancellationTokenSource();
        Task a = Generate(world, device, "a", 9, 2);
        Task b = Generate(world, device, "b", 9, 2, source.Token);
        Task c = device.PromptAsync(50, cancellationToken: source.Token).AsTask();
        await world.Delay(61);
        Task d = device.PromptAsync(5, cancellationToken: source.Token).AsTask();
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => b);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => d);
        await Task.WhenAll(a, c);

        // 60 ms for the prompt, 14 ms for both sequences, 12.1 ms for one.
        Assert.Equal(["86.1 a"], world.Events);
        Assert.Equal((2, 2), (device.Completed, device.Aborted));
        Assert.Equal(0.5, device.BusyAborted.TotalMilliseconds);
        Assert.Equal((0, 0), (device.Running, device.Waiting));
    });

    [Fact]
    public void Time_ThrowsOrIsNegative_FailsTheStepAndTheDeviceGoesOn() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedBatchDevice(world.Clock, new(step => step.PromptTokens switch
        {
            1 => throw new FormatException(),
            2 => -1.Milliseconds(),
            _ => 10.Milliseconds(),
        }));

        await Assert.ThrowsAsync<FormatException>(() => device.PromptAsync(1).AsTask());
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => device.PromptAsync(2).AsTask());
        await Prompt(world, device, "good", 3);

        Assert.Contains("SimulatedBatchOptions.Time", error.Message, StringComparison.Ordinal);
        Assert.Equal(["10 good"], world.Events);
        Assert.Equal((1, 2, 0), (device.Completed, device.Aborted, device.Running));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Time_CancelsTheWork_CountsItOnce(bool throws) => VirtualWorld.Run(async world =>
    {
        using var source = new CancellationTokenSource();
        var device = new SimulatedBatchDevice(world.Clock, new(_ =>
        {
            source.Cancel();
            return throws ? throw new FormatException() : 10.Milliseconds();
        }));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => device.PromptAsync(1, cancellationToken: source.Token).AsTask());
        await world.Delay(50);

        Assert.Equal((0, 1, 0, 0), (device.Completed, device.Aborted, device.Running, device.Waiting));
    });

    [Fact]
    public void StreamAsync_ReaderIsSlowOrLeaves_TheDeviceGoesOn() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedBatchDevice(world.Clock, new(_ => 10.Milliseconds()));
        List<(int, double)> seen = [];
        await foreach (int token in device.StreamAsync(5, 4))
        {
            seen.Add((token, world.Elapsed.TotalMilliseconds));
            await world.Delay(token == 1 ? 25 : 0);
            if (token == 3)
            {
                break;
            }
        }

        Assert.Equal([(1, 10), (2, 35), (3, 35)], seen);
        Assert.Equal((0, 1), (device.Completed, device.Aborted));
    });

    [Fact]
    public void Work_OfNothing_IsDoneAtOnce() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedBatchDevice(world.Clock, new(_ => 10.Milliseconds()));
        await device.PromptAsync(0);
        await device.GenerateAsync(5, 0);
        Assert.Empty(await device.StreamAsync(5, 0).ToListAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => device.PromptAsync(1, cancellationToken: new(canceled: true)).AsTask());

        Assert.Equal((TimeSpan.Zero, 0L), (world.Elapsed, device.Steps));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await device.GenerateAsync(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.StreamAsync(-1, 1));
    });

    [Fact]
    public void Options_OutOfRange_NameTheOption()
    {
        Assert.Throws<ArgumentNullException>(() => new SimulatedBatchOptions(null!));
        Assert.Contains("MaxBatch", Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedBatchOptions(Time) { MaxBatch = 0 }).Message, StringComparison.Ordinal);
        Assert.Contains("MaxPromptTokens", Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedBatchOptions(Time) { MaxPromptTokens = 0 }).Message, StringComparison.Ordinal);
        Assert.Contains("MaxCachedTokens", Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedBatchOptions(Time) { MaxCachedTokens = 0 }).Message, StringComparison.Ordinal);
    }

    private static Func<BatchStep, TimeSpan> Noted(List<BatchStep> steps) => step =>
    {
        steps.Add(step);
        return Time(step);
    };

    private static TimeSpan Time(BatchStep step) => TimeSpan.FromMilliseconds(
        step.Prompts > 0 ? 10 + step.PromptTokens : 10 + step.Sequences + (0.1 * step.ContextTokens));

    private static async Task Prompt(VirtualWorld world, SimulatedBatchDevice device, string name, int tokens)
    {
        await device.PromptAsync(tokens);
        world.Record(name);
    }

    private static async Task Generate(
        VirtualWorld world, SimulatedBatchDevice device, string name, int context, int tokens, CancellationToken token = default)
    {
        await device.GenerateAsync(context, tokens, null, token);
        world.Record(name);
    }
}
