using System.Collections.Concurrent;
using AgentChain.Speculation;

namespace AgentChain.Tests.Soak;

/// <summary>The results of the turns of one kind. Safe for use from several threads.</summary>
sealed class Tally
{
    readonly int[] _outcomes = new int[Enum.GetValues<TurnOutcome>().Length];
    readonly ConcurrentDictionary<string, int> _faults = new();
    int _started;
    int _committed;
    int _terminated;
    int _faultCount;
    long _expected;
    long _actual;

    public int Started => Volatile.Read(ref _started);

    public int Ended => _outcomes.Sum();

    public int Committed => Volatile.Read(ref _committed);

    public int Terminated => Volatile.Read(ref _terminated);

    /// <summary>Gets the sum of all completed outputs, as computed by hand.</summary>
    public long Expected => Volatile.Read(ref _expected);

    /// <summary>Gets the sum of all completed outputs, as the chains delivered them.</summary>
    public long Actual => Volatile.Read(ref _actual);

    public int FaultCount => Volatile.Read(ref _faultCount);

    /// <summary>Gets the first faults, in words, each with how often it came.</summary>
    public IEnumerable<string> Faults => _faults.OrderByDescending(f => f.Value).Select(f => f.Value == 1 ? f.Key : $"{f.Key}; {f.Value} times");

    public int Of(TurnOutcome outcome) => Volatile.Read(ref _outcomes[(int)outcome]);

    public void Start() => Interlocked.Increment(ref _started);

    public void End(TurnOutcome outcome) => Interlocked.Increment(ref _outcomes[(int)outcome]);

    public void Sum(long expected, long actual)
    {
        Interlocked.Add(ref _expected, expected);
        Interlocked.Add(ref _actual, actual);
    }

    public void Speculated(SpeculationAccount account)
    {
        Interlocked.Add(ref _committed, account.Committed);
        Interlocked.Add(ref _terminated, account.Terminated);
    }

    public void Fault(string message)
    {
        Interlocked.Increment(ref _faultCount);
        if (_faults.Count < 10 || _faults.ContainsKey(message))
        {
            _faults.AddOrUpdate(message, 1, static (_, times) => times + 1);
        }
    }
}
