using System.Collections;
using System.Diagnostics;
using AgentChain.Diagnostics;
using AgentChain.Simulation;
using AgentChain.Tests.Engine.Speculation;
using Microsoft.Extensions.Logging;

namespace AgentChain.Tests.Engine.Hostile;

/// <summary>An exception is a host's code too: reading its message, its stack or its hash may throw.</summary>
public sealed class UnreadableExceptionTests
{
    public enum Place
    {
        Block,
        Later,
        Sync,
        Item,
        Stream,
        Fallback,
        Observer,
    }

    public static TheoryData<Place> QueueSlots => [.. Enum.GetValues<Place>()];

    /// <summary>With spans, and logs in full: everything that could read the exception does.</summary>
    [Theory]
    [MemberData(nameof(QueueSlots))]
    public void Block_ThrowsAnExceptionThatCannotBeRead_TheTurnFailsWithIt(Place place)
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.ActivitySource,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        VirtualWorld.Run(async world =>
        {
            var logger = new FormattingLogger();
            await using ChainBase<int, int> chain = Build(place, world, world.Options(o => (o.LoggerFactory, o.IncludeSensitiveData) = (logger, true)));
            for (int i = 0; i < 3; i++)
            {
                await using Turn<int> turn = chain.Start(-1);
                TurnException error = await Assert.ThrowsAnyAsync<TurnException>(async () =>
                {
                    await foreach (int _ in turn.Output)
                    {
                    }
                });
                Assert.IsType<UnreadableException>(error.InnerException);
                TurnResult result = await turn.Completion;
                Assert.Equal(TurnOutcome.Failed, result.Outcome);
                Assert.StartsWith("Block 'bad", result.Error!.Message, StringComparison.Ordinal);
                Assert.NotEmpty(result.ToString());
                Assert.NotEmpty(result.Report.ToWaterfall());
            }

            Assert.Equal(0, chain.LiveTurns);
            Assert.True(logger.Times > 0);
        });
    }

    static ChainBase<int, int> Build(Place place, VirtualWorld world, ChainOptions options) => place switch
    {
        Place.Block => Chain.From<int>("bad").Then("bad", (int _, CancellationToken _) => Throw<ValueTask<int>>()).Build(options),
        Place.Later => Chain.From<int>("bad").Then("bad", async (int _, CancellationToken _) =>
        {
            await Task.Yield();
            return Throw<int>();
        }).Build(options),
        Place.Sync => Chain.From<int>("bad").Then("bad", (int _) => Throw<int>()).Build(options),
        Place.Item => Chain.From<int>("bad").Stream("one", (x, _) => world.Count([0, 1])).ThenEach("bad", (int _) => Throw<int>()).Build(options),
        Place.Stream => Chain.From<int>("bad").Stream("bad", (int _, CancellationToken _) => Throw<IAsyncEnumerable<int>>()).Build(options),
        Place.Fallback => Chain.From<int>("bad").Then("bad", world.Work<int>(50), o => o.Budget(10.Milliseconds()).OnOverrun(Overrun.FallbackTo((int _) => Throw<int>()))).Build(options),
        _ => Chain.From<int>("bad").Revise("bad", world.Hears((0, 1)), o => o.OnHypothesis(_ => throw new UnreadableException())).Build(options),
    };

    static T Throw<T>() => throw new UnreadableException();

    sealed class UnreadableException : Exception
    {
        public override string Message => throw new InvalidDataException();

        public override string StackTrace => throw new InvalidDataException();

        public override IDictionary Data => throw new InvalidDataException();

        public override string? Source
        {
            get => throw new InvalidDataException();
            set => throw new InvalidDataException();
        }

        public override string ToString() => throw new InvalidDataException();

        public override int GetHashCode() => throw new InvalidDataException();

        public override bool Equals(object? obj) => throw new InvalidDataException();

        public override Exception GetBaseException() => throw new InvalidDataException();
    }

    /// <summary>Writes a line as a real logger does.</summary>
    sealed class FormattingLogger : ILoggerFactory, ILogger
    {
        public int Times { get; private set; }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Times++;
            _ = formatter(state, exception) + exception;
        }

        public void Dispose()
        {
        }
    }
}
