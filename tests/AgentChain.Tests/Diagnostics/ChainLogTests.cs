using System.Collections.Concurrent;
using System.Reflection;
using AgentChain.Diagnostics;
using Microsoft.Extensions.Logging;

namespace AgentChain.Tests.Diagnostics;

public class ChainLogTests
{
    [Fact]
    public async Task BlockFails_ByDefault_IsLoggedByTypeWithoutWhatTheUserSaid()
    {
        using var log = new Captured();
        await Fail(new ChainOptions { LoggerFactory = log });
        Entry entry = await log.FirstAsync(5);
        Assert.Equal((LogLevel.Error, "AgentChain"), (entry.Level, entry.Category));
        Assert.Equal("voice: block parse of turn 1 failed with System.FormatException.", entry.Text);
        Assert.All(log.Entries, e => Assert.Null(e.Error));
        Assert.All(log.Entries, e => Assert.DoesNotContain("secret", e.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task BlockFails_SensitiveDataTurnedOn_IsLoggedInFull()
    {
        using var log = new Captured();
        await Fail(new ChainOptions { LoggerFactory = log, IncludeSensitiveData = true });
        Entry entry = await log.FirstAsync(6);
        Assert.Contains("secret", entry.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BlockOverruns_WarningNamesBlockAndBudget()
    {
        using var log = new Captured();
        await using Chain<int, int> chain = Chain.From<int>("voice")
            .Then("slow", Never, o => o.Budget(2.Milliseconds()).OnOverrun(Overrun.Fallback(1)))
            .Build(new ChainOptions { LoggerFactory = log });
        Assert.Equal(1, await chain.RunAsync(0));
        Entry entry = Assert.Single(log.Entries, e => e.Id == 1);
        Assert.Equal((LogLevel.Warning, "voice: block slow of turn 1 ran out of its budget of 2 ms (Total)."), (entry.Level, entry.Text));
    }

    [Fact]
    public async Task ChainWarmsUpAndDrains_IsLogged()
    {
        using var log = new Captured();
        await using Chain<int, int> chain = Chain.From<int>("voice").Then("same", i => i).Build(new ChainOptions { LoggerFactory = log });
        await chain.WarmUpAsync();
        await chain.DrainAsync();
        Assert.Single(log.Entries, e => e.Id == 7 && e.Text.StartsWith("voice: warmed up the blocks that support it (0) in ", StringComparison.Ordinal));
        Assert.Single(log.Entries, e => e.Id == 8 && e.Text == "voice: drained; 0 detached blocks still run.");
    }

    [Fact]
    public void Messages_EventIds_AreDistinct()
    {
        int[] ids = [.. typeof(ChainLog).GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(m => m.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>().Select(a => a.EventId)];
        Assert.NotEmpty(ids);
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    static async Task Fail(ChainOptions options)
    {
        await using Chain<string, int> chain = Chain.From<string>("voice").Then("parse", int.Parse).Build(options);
        Assert.Equal(TurnOutcome.Failed, (await chain.Start("my secret").Completion).Outcome);
        await chain.DrainAsync();
    }

    static async ValueTask<int> Never(int input, CancellationToken token)
    {
        await Task.Delay(Timeout.Infinite, token);
        return input;
    }

    sealed record Entry(int Id, LogLevel Level, string Category, string Text, Exception? Error);

    /// <summary>Keeps the logged messages.</summary>
    sealed class Captured : ILoggerFactory
    {
        public ConcurrentQueue<Entry> Entries { get; } = [];

        /// <summary>Waits for a message: a turn's end is published before its failure is logged.</summary>
        public async Task<Entry> FirstAsync(int id)
        {
            while (true)
            {
                if (Entries.FirstOrDefault(e => e.Id == id) is { } entry)
                {
                    return entry;
                }

                await Task.Delay(1);
            }
        }

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }

        sealed class Logger(Captured owner, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                owner.Entries.Enqueue(new(eventId.Id, logLevel, category, formatter(state, exception), exception));
        }
    }
}
