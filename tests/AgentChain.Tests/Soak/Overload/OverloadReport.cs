using System.Collections.Concurrent;
using System.Globalization;

namespace AgentChain.Tests.Soak.Overload;

/// <summary>What happened in an <see cref="OverloadRun"/>. Thread-safe.</summary>
sealed class OverloadReport
{
    const int MostFaults = 20;

    readonly ConcurrentQueue<string> _faults = new();
    readonly long[] _outcomes = new long[Enum.GetValues<TurnOutcome>().Length];
    long _started;
    long _uncanceled;

    /// <summary>The turns that arrived.</summary>
    public long Started => Interlocked.Read(ref _started);

    /// <summary>The turns that have ended, and those that were never started because their callers gave up before there was room.</summary>
    public long Ended => _outcomes.Sum() + Interlocked.Read(ref _uncanceled);

    /// <summary>What went wrong; the first of it.</summary>
    public IEnumerable<string> Faults => _faults;

    public bool Holds => _faults.IsEmpty;

    public long Of(TurnOutcome outcome) => Interlocked.Read(ref _outcomes[(int)outcome]);

    public void Arrived() => Interlocked.Increment(ref _started);

    public void Count(TurnOutcome outcome) => Interlocked.Increment(ref _outcomes[(int)outcome]);

    public void CountGivenUp() => Interlocked.Increment(ref _uncanceled);

    public void Check(bool holds, string fault)
    {
        if (!holds && _faults.Count < MostFaults)
        {
            _faults.Enqueue(fault);
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Started:N0} turns arrived: {string.Join(", ", Enum.GetValues<TurnOutcome>().Select(outcome => string.Create(CultureInfo.InvariantCulture, $"{Of(outcome):N0} {outcome}")))}, {_uncanceled:N0} not started; {(Holds ? "all checks hold" : string.Join("; ", _faults))}");
}
