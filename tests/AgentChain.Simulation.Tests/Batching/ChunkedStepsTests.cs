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
    public void PromptAsync_Chunks_TellWhatWasReadBeforeThem() => VirtualWorld.Run(async world =>
    {
        List<BatchStep> steps = [];
        SimulatedBatchDevice device = Device(world, steps);
        Task sequence = Generate(device, 5, 4);
        Task first = Prompt(device, 10);
        Task second = Prompt(device, 8);
        await Task.WhenAll(sequence, first, second);

        // 7 of the first; 3 of the first and 4 of the second; 4 of the second. What the sequence looks back on is not in it.
        Assert.Equal([0L, 7L, 4L, 0L], steps.Select(step => step.PromptContextTokens));
        Assert.Equal([6L, 7L, 8L, 9L], steps.Select(step => step.ContextTokens));
    });

    [Fact]
    public void Steps_SequenceRuns_PromptRidesInWhatItLeaves() => VirtualWorld.Run(async world =>
    {
        List<BatchStep> steps = [];
        SimulatedBatchDevice device = Device(world, steps);
        Task sequence = Generate(device, 5, 3);
        Task prompt = Prompt(device, 20);
        await Task.WhenAll(sequence, prompt);

        Assert.Equal([(1, 7L), (1, 7L), (1, 6L)], steps.Select(step => (step.Sequences, step.PromptTokens)));
        Assert.Equal(53.Milliseconds(), world.Elapsed);
    });

    [Fact]
    public void Steps_SeveralPrompts_FillAStepInOrder() => VirtualWorld.Run(async world =>
    {
        List<BatchStep> steps = [];
        SimulatedBatchDevice device = Device(world, steps);
        Task first = Prompt(device, 10);
        Task second = Prompt(device, 3);
        await Task.WhenAll(first, second);

        // 8 of the first; 2 of the first and 3 of the second.
        Assert.Equal([(1, 8L), (2, 5L)], steps.Select(step => (step.Prompts, step.PromptTokens)));
    });

    [Fact]
    public void PromptAsync_CanceledBetweenItsChunks_LeavesTheDevice() => VirtualWorld.Run(async world =>
    {
        SimulatedBatchDevice device = Device(world, []);
        using var cancellation = new CancellationTokenSource();
        Task prompt = Prompt(device, 20, cancellation.Token);
        Task other = Prompt(device, 4);
        await world.Delay(20);
        cancellation.Cancel();
        await other;

        Assert.True(prompt.IsCanceled);
        Assert.Equal((1, 1, 0, 0), (device.Completed, device.Aborted, device.Running, device.Waiting));

        // The step that was running with 8 tokens of the canceled prompt, and one with the other prompt.
        Assert.Equal(50.Milliseconds(), world.Elapsed);
    });

    [Fact]
    public void ChunkTokens_LessThanOne_IsRejected() =>
        Assert.Contains("ChunkTokens is 0", Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedBatchOptions(_ => default) { ChunkTokens = 0 }).Message, StringComparison.Ordinal);

    // A task that is awaited with others must end on the world's thread.
    static async Task Prompt(SimulatedBatchDevice device, int tokens, CancellationToken cancellationToken = default) =>
        await device.PromptAsync(tokens, null, cancellationToken);

    static async Task Generate(SimulatedBatchDevice device, int context, int tokens) => await device.GenerateAsync(context, tokens);

    static SimulatedBatchDevice Device(VirtualWorld world, List<BatchStep> steps) => new(world.Clock, new(step =>
    {
        steps.Add(step);
        return TimeSpan.FromMilliseconds(10 + step.PromptTokens + step.Sequences);
    })
    {
        ChunkTokens = 8,
    });
}
