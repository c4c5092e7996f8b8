using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace AgentChain.Benchmarks.Many;

/// <summary>
/// As many hosts as turns are to be inside, each starting its next turn when its last one has ended. A turn waits in a server that answers
/// in order of arrival, and only when all but a few of the turns wait there.
/// </summary>
static class CrowdedChain
{
    const int AtWork = 64;
    const int Measured = 600_000;

    /// <summary>Measures, prints, and returns the microseconds of processor time of a turn.</summary>
    public static async Task<double> RunAsync(int inside)
    {
        var server = new Server(inside - AtWork);
        await using Chain<int, int> chain = Chain.From<int>("crowded")
            .Then("before", x => x + 1)
            .Then("server", (x, _) => server.AskAsync(x))
            .Then("after", x => x + 1)
            .Build(new ChainOptions { MaxTurns = inside, Budget = LatencyBudget.Total(TimeSpan.FromMinutes(30)) });
        int left = (3 * inside) + Measured;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int ended = 0;
        Sample began = default, end = default;
        Task hosts = Task.WhenAll(Enumerable.Range(0, inside).Select(_ => Task.Run(HostAsync)));
        await done.Task;
        double each = (end.Used - began.Used).TotalMicroseconds / Measured;
        TimeSpan took = end.At - began.At;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {inside:N0} inside: {each:0.0} us of a core and {took.TotalMicroseconds / Measured:0.0} us a turn, {end.Collections - began.Collections} collections, {end.Full - began.Full} of them full, paused {(end.Paused - began.Paused) / took:P0}"));
        server.Close();
        await hosts;
        return each;

        async Task HostAsync()
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await chain.RunAsync(0);
                int count = Interlocked.Increment(ref ended);
                if (count == 2 * inside)
                {
                    // Every turn that was inside at the beginning has been replaced, so the heap looks as it will.
                    began = Sample.Now();
                }
                else if (count == (2 * inside) + Measured)
                {
                    end = Sample.Now();
                    done.SetResult();
                }
            }
        }
    }

    /// <summary>What the process has used.</summary>
    readonly record struct Sample(TimeSpan At, TimeSpan Used, TimeSpan Paused, int Collections, int Full)
    {
        public static Sample Now() => new(
            Stopwatch.GetElapsedTime(0), Environment.CpuUsage.TotalTime, GC.GetTotalPauseDuration(), GC.CollectionCount(0), GC.CollectionCount(2));
    }

    /// <summary>Answers in order of arrival, when more than a number of questions wait.</summary>
    sealed class Server(int waiting)
    {
        readonly ConcurrentQueue<TaskCompletionSource<int>> _questions = new();
        int _count;
        volatile bool _isClosed;

        public ValueTask<int> AskAsync(int x)
        {
            var question = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            _questions.Enqueue(question);
            if (Interlocked.Increment(ref _count) > waiting || _isClosed)
            {
                Answer();
            }

            return new(question.Task);
        }

        public void Close()
        {
            _isClosed = true;
            while (Answer())
            {
            }
        }

        bool Answer()
        {
            if (!_questions.TryDequeue(out TaskCompletionSource<int>? question))
            {
                return false;
            }

            Interlocked.Decrement(ref _count);
            question.SetResult(1);
            return true;
        }
    }
}
