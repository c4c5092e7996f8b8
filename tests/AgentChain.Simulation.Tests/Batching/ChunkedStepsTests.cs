namespace AgentChain.Simulation.Tests.Batching;

/// <summary>Chunks of prompts in the steps of sequences: 10 ms for a step, 1 ms for each token of a prompt and for each sequence.</summary>
public sealed class ChunkedStepsTests
{
    [Fact]
    public void PromptAsync_LongerThanAChunk_TakesSeveralStepsWhoseSquaresAddUp() => VirtualWorld.Run(async world =>
    {
        List<BatchStep> steps = [];
        SimulatedBatchDevice device = Device(world, steps);

        await device.PromptAsync(20);

        Assert.Equal(50.Milliseconds(), world.Elapsed);
        Assert.Equal([(1, 8L, 64.0), (1, 8L, 192.0), (1, 4L, 144.0)], steps.Select(step => (step.Prompts, step.PromptTokens, step.SquaredPromptTokens)));
        Assert.Equal((1, 0, 0), (device.Completed, device.Running, device.Waiting));
    });

    [Fact]
    public void Steps_SequenceRuns_PromptRidesInWhatItLeaves() => VirtualWorld.Run(async world =>
    {
        List<BatchStep> steps = [];
        SimulatedBatchDevice device = Device(world, steps);
        Task sequence = device.GenerateAsync(5, 3).AsTask();
        Task prompt = device.PromptAsync(20).AsTask();
        await Task.WhenAll(sequence, prompt);

        Assert.Equal([(1, 7L), (1, 7L), (1, 6L)], steps.Select(step => (step.Sequences, step.PromptTokens)));
        Assert.Equal(53.Milliseconds(), world.Elapsed);
    });

    [Fact]
    public void Steps_SeveralPrompts_FillAStepInOrder() => VirtualWorld.Run(async world =>
    {
        List<BatchStep> steps = [];
        SimulatedBatchDevice device = Device(world, steps);
        Task first = device.PromptAsync(10).AsTask();
        Task second = device.PromptAsync(3).AsTask();
        await Task.WhenAll(first, second);

        // 8 of the first; 2 of the first and 3 of the second.
        Assert.Equal([(1, 8L), (2, 5L)], steps.Select(step => (step.Prompts, step.PromptTokens)));
    });

    [Fact]
    public void PromptAsync_CanceledBetweenItsChunks_LeavesTheDevice() => VirtualWorld.Run(async world =>
    {
        SimulatedBatchDevice device = Device(world, []);
        using var cancellation = new CancellationTokenSource();
        Task prompt = device.PromptAsync(20, null, cancellation.Token).AsTask();
        Task other = device.PromptAsync(4).AsTask();
        await world.Delay(20);
        await cancellation.CancelAsync();
        await other;

        Assert.True(prompt.IsCanceled);
        Assert.Equal((1, 1, 0, 0), (device.Completed, device.Aborted, device.Running, device.Waiting));

        // The step that was running with 8 tokens of the canceled prompt, and one with the other prompt.
        Assert.Equal(50.Milliseconds(), world.Elapsed);
    });

    [Fact]
    public void ChunkTokens_LessThanOne_IsRejected() =>
        Assert.Contains("ChunkTokens is 0", Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedBatchOptions(_ => default) { ChunkTokens = 0 }).Message, StringComparison.Ordinal);

    static SimulatedBatchDevice Device(VirtualWorld world, List<BatchStep> steps) => new(world.Clock, new(step =>
    {
        steps.Add(step);
        return TimeSpan.FromMilliseconds(10 + step.PromptTokens + step.Sequences);
    })
    {
        ChunkTokens = 8,
    });
}
