namespace AgentChain.Simulation.Tests.Serving;

/// <summary>
/// Requests through two devices, exact to the tick. A step takes 10 ms, 1 ms for each token of a prompt, and 2 ms for each sequence.
/// </summary>
public sealed class ServingReplayTests
{
    static readonly ServingOptions Options = new(2, Step) { ChunkSizes = [21], TransferPerToken = TimeSpan.FromMilliseconds(0.5) };

    [Theory]
    [InlineData(ServingMode.Colocated, 30, 12)]
    [InlineData(ServingMode.Chunked, 30, 12)]
    [InlineData(ServingMode.Disaggregated, 30, 17)]
    public void Run_OneRequest_IsItsPromptAndItsTokens(ServingMode mode, double first, double each)
    {
        ServingResult result = ServingReplay.Run([Request(0, 20, 3)], Options, mode);

        // Apart: 10 ms of transfer on the way to the second token.
        Assert.Equal((first, each), (result.FirstToken.TotalMilliseconds, result.EachToken.TotalMilliseconds));
        Assert.Equal((mode, 1), (result.Mode, result.Requests));
    }

    [Fact]
    public void Run_PromptArrivesWhileAnotherProduces_WhoWaitsIsTheModes()
    {
        // One device: the second request arrives when the first has its first token and 4 more to come.
        Arrival[] requests = [Request(0, 20, 5), Request(30, 40, 1)];
        ServingResult colocated = ServingReplay.Run(requests, new(1, Step), ServingMode.Colocated);
        ServingResult chunked = ServingReplay.Run(requests, new(1, Step) { ChunkSizes = [11] }, ServingMode.Chunked);

        // A step of 50 ms and four of 12 ms; the rest of the first prompt, and four steps of 22 ms with 10 tokens of the second.
        Assert.Equal((50.0, 24.5), (colocated.FirstToken.TotalMilliseconds, colocated.EachToken.TotalMilliseconds));
        Assert.Equal((98.0, 22.0), (chunked.FirstToken.TotalMilliseconds, chunked.EachToken.TotalMilliseconds));
    }

    [Fact]
    public void Run_Limits_AreAttainedByThoseThatMeetBoth()
    {
        ServingOptions limits = new(1, Step) { FirstTokenLimit = 30.Milliseconds(), TokenLimit = 12.Milliseconds() };

        ServingResult result = ServingReplay.Run([Request(0, 20, 3), Request(1_000, 21, 3), Request(2_000, 20, 1), Request(3_000, 5, 2)], limits, ServingMode.Colocated);

        Assert.Equal(0.75, result.Attainment);
        Assert.Equal(31 / 30.0, result.Stretch, 1e-9);
    }

    [Fact]
    public void Run_ModeThatIsNotPossible_SaysWhichAre()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => ServingReplay.Run([], new(1, Step), ServingMode.Disaggregated));

        Assert.Contains("Disaggregated is not possible with 1 device; possible: Colocated, Chunked", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ServingModeKeeper(new(1, Step), ServingMode.Disaggregated));
    }

    [Fact]
    public void Run_StepTimeThrows_ItsExceptionReachesTheCaller() =>
        Assert.Throws<NotSupportedException>(() => ServingReplay.Run([Request(0, 5, 5)], new(2, _ => throw new NotSupportedException()), ServingMode.Chunked));

    [Fact]
    public void Run_StepTimeIsNegative_NamesTheOptionThatTheHostSet()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => ServingReplay.Run([Request(0, 5, 5)], new(2, _ => TimeSpan.FromMilliseconds(-1)), ServingMode.Chunked));

        Assert.Contains("is -1 ms for", error.Message, StringComparison.Ordinal);
        Assert.Contains("; ServingOptions.Step must return zero or more", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NoRequests_IsAnEmptyResult() => Assert.Equal((0, 1.0), (ServingReplay.Run([], Options, ServingMode.Chunked).Requests, ServingReplay.Run([], Options, ServingMode.Chunked).Attainment));

    static Arrival Request(double at, int input, int output) => new() { Time = TimeSpan.FromMilliseconds(at), InputTokens = input, OutputTokens = output };

    static TimeSpan Step(BatchStep step) => TimeSpan.FromMilliseconds(10 + step.PromptTokens + (2 * step.Sequences));
}
