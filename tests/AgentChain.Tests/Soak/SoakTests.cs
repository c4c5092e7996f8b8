using AgentChain.Tests.Soak.Kinds;

namespace AgentChain.Tests.Soak;

/// <summary>The soak that runs a million turns by command, short; and a check that it detects violations.</summary>
public class SoakTests(ITestOutputHelper output)
{
    [Fact]
    public async Task RunAsync_FiveThousandMixedTurns_EverythingHolds()
    {
        var options = new SoakOptions { Turns = 5_000, Rounds = 2, MeasuresProcess = false, Patience = 30.Seconds() };
        SoakReport report = await SoakRunner.RunAsync(options, AllKinds.Create);

        output.WriteLine(report.ToTable());
        Assert.True(report.Holds, report.ToTable());
        Assert.True(report.Turns >= options.Turns);
    }

    [Theory]
    [InlineData("sum", "a completed turn's output is")]
    [InlineData("outcome", "a turn ended as Completed instead of Interrupted")]
    [InlineData("hang", "that should end as Interrupted never ended")]
    [InlineData("throw", "InvalidDataException")]
    public async Task RunAsync_KindThatIsWrong_FaultsAndIsLeftOut(string mistake, string expected)
    {
        var options = new SoakOptions { Turns = 100, AtOnce = 4, Rounds = 2, MeasuresProcess = false, Patience = 200.Milliseconds(), FaultsUntilLeftOut = 3 };
        SoakReport report = await SoakRunner.RunAsync(options, ended => [new Mistaken(ended, mistake)]);

        Assert.False(report.Holds);
        Assert.Contains(report.Faults, f => f.Contains(expected, StringComparison.Ordinal));
        Assert.Contains(report.Faults, f => f.Contains("left out", StringComparison.Ordinal));
        Assert.True(report.Turns < options.Turns);
    }

    [Fact]
    public async Task RunAsync_TurnLeftInside_Faults()
    {
        var options = new SoakOptions { Turns = 1, AtOnce = 1, Rounds = 1, MeasuresProcess = false, Patience = 200.Milliseconds() };
        SoakReport report = await SoakRunner.RunAsync(options, ended => [new Mistaken(ended, "leave")]);

        Assert.Contains(report.Faults, f => f.Contains("1 live turns", StringComparison.Ordinal));
        Assert.Contains(report.Faults, f => f.Contains("1 turns were started and 0 ended", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 0, 0, "")]
    [InlineData(100, 0, 0, "the managed heap, in bytes,")]
    [InlineData(0, 2, 0, "the number of threads")]
    [InlineData(0, 0, 2, "the number of handles")]
    public void FaultsIn_SamplesThatGrowByRound_NamesWhatGrew(int heap, int threads, int handles, string expected)
    {
        var options = new SoakOptions { HeapGrowth = 1000, CountGrowth = 20 };
        ProcessSample[] samples = [.. Enumerable.Range(0, 20).Select(i => new ProcessSample(i, 5000 + (heap * i), 30 + (threads * i), 90 + (handles * i)))];

        string[] faults = [.. ProcessSample.FaultsIn(samples, options)];

        Assert.Equal(expected, string.Join(";", faults.Select(f => f.Split(" grew")[0])));
    }

    [Fact]
    public async Task RunAsync_KindWithoutOneOfItsOutcomes_Faults()
    {
        var options = new SoakOptions { Turns = 600, AtOnce = 4, Rounds = 1, MeasuresProcess = false };
        SoakReport report = await SoakRunner.RunAsync(options, ended => [new Mistaken(ended, "none")]);

        Assert.Equal(["mistaken: no turn ended as Interrupted, so this soak shows nothing about it"], report.Faults);
    }

    /// <summary>Has an expectation that a correct chain does not meet.</summary>
    sealed class Mistaken : TurnKind
    {
        readonly string _mistake;
        readonly Chain<int, int> _chain;

        public Mistaken(EndedTurns ended, string mistake)
            : base("mistaken", 1, TurnOutcome.Completed, TurnOutcome.Interrupted)
        {
            _mistake = mistake;
            _chain = Own(Chain.From<int>("mistaken")
                .Then("step", (int x, CancellationToken token) => x == 0 ? Steps.NeverAsync(x, token) : Steps.YieldAsync(x, token))
                .Build(new ChainOptions { MeterFactory = ended }));
        }

        public override async Task RunAsync(Operation operation)
        {
            switch (_mistake)
            {
                case "sum":
                    await operation.RunAsync(_chain, 1, 2, CancellationToken.None, TurnOutcome.Completed);
                    break;
                case "outcome":
                    await operation.EndAsync(operation.Start(_chain, 1), TurnOutcome.Interrupted);
                    break;
                case "hang":
                    await operation.EndAsync(operation.Start(_chain, 0), TurnOutcome.Interrupted);
                    break;
                case "throw":
                    throw new InvalidDataException();
                case "leave":
                    operation.Start(_chain, 0);
                    break;
                default:
                    await operation.RunAsync(_chain, 1, 1, CancellationToken.None, TurnOutcome.Completed);
                    break;
            }
        }
    }
}
