using System.Diagnostics;

namespace AgentChain.Tests.Soak;

/// <summary>
/// Runs turns of many kinds on real threads over several chains at once, and checks each of them, their remains, and the process.
/// The seed determines the n-th operation and its behavior; the threads determine how operations overlap.
/// </summary>
sealed class SoakRunner
{
    readonly SoakOptions _options;
    readonly IReadOnlyList<TurnKind> _kinds;
    readonly int _weights;
    readonly EndedTurns _ended;
    readonly List<string> _faults = [];
    int _next;

    SoakRunner(SoakOptions options, IReadOnlyList<TurnKind> kinds, EndedTurns ended) =>
        (_options, _kinds, _weights, _ended) = (options, kinds, kinds.Sum(k => k.Weight), ended);

    int Started => _kinds.Sum(k => k.Tally.Started);

    /// <summary>Runs a soak.</summary>
    /// <param name="options">How.</param>
    /// <param name="kinds">Creates the kinds, whose chains report to the meters it is given.</param>
    public static async Task<SoakReport> RunAsync(SoakOptions options, Func<EndedTurns, IReadOnlyList<TurnKind>> kinds)
    {
        using var ended = new EndedTurns();
        var soak = new SoakRunner(options, kinds(ended), ended);
        return await soak.RunAsync();
    }

    async Task<SoakReport> RunAsync()
    {
        long start = Stopwatch.GetTimestamp();
        List<ProcessSample> samples = [];
        for (int round = 1; round <= _options.Rounds; round++)
        {
            int until = (int)((long)_options.Turns * round / _options.Rounds);
            await Task.WhenAll(Enumerable.Range(0, _options.AtOnce).Select(_ => Task.Run(() => WorkAsync(until))));
            await SettleAsync();
            if (_options.MeasuresProcess)
            {
                samples.Add(await ProcessSample.TakeAsync(Started));
            }

            _options.Progress(Line(round, samples, Stopwatch.GetElapsedTime(start)));
        }

        foreach (TurnKind kind in _kinds)
        {
            Judge(kind);
            await DisposeAsync(kind);
        }

        JudgeProcess(samples);
        return new SoakReport(_kinds, samples, _faults, Stopwatch.GetElapsedTime(start));
    }

    async Task WorkAsync(int until)
    {
        while (Started < until && Draw() is { } drawn)
        {
            (TurnKind kind, Random random) = drawn;
            var operation = new Operation(kind.Tally, random, _options.Patience);
            try
            {
                await kind.RunAsync(operation);
            }
            catch (Exception error)
            {
                kind.Tally.Fault(error is SoakFault ? error.Message : error.ToString());
                operation.InterruptAll();
            }
        }
    }

    /// <summary>Draws the next operation, of a kind that is not left out.</summary>
    /// <returns><see langword="null"/> when every kind is left out.</returns>
    (TurnKind Kind, Random Random)? Draw()
    {
        while (_kinds.Any(k => !IsLeftOut(k)))
        {
            var random = new Random(Mix(_options.Seed, Interlocked.Increment(ref _next)));
            int at = random.Next(_weights);
            TurnKind kind = _kinds.First(k => (at -= k.Weight) < 0);
            if (!IsLeftOut(kind))
            {
                return (kind, random);
            }
        }

        return null;
    }

    bool IsLeftOut(TurnKind kind) => kind.Tally.FaultCount >= _options.FaultsUntilLeftOut;

    /// <summary>
    /// Nothing runs any more: the remains of turns must disappear after the grace period and the work of blocks that ignored their token.
    /// </summary>
    async Task SettleAsync()
    {
        long start = Stopwatch.GetTimestamp();
        foreach (TurnKind kind in _kinds.Where(k => !IsLeftOut(k)))
        {
            while (kind.Left() is { } left)
            {
                if (Stopwatch.GetElapsedTime(start) > _options.Patience)
                {
                    kind.Tally.Fault(left);
                    break;
                }

                await Task.Delay(2);
            }
        }
    }

    void Judge(TurnKind kind)
    {
        Tally tally = kind.Tally;
        _faults.AddRange(tally.Faults.Select(f => $"{kind.Name}: {f}"));
        if (IsLeftOut(kind))
        {
            _faults.Add($"{kind.Name}: left out after {tally.FaultCount} faults");
            return;
        }

        Require(tally.Started == tally.Ended, $"{kind.Name}: {tally.Started} turns were started and {tally.Ended} ended");
        Require(tally.Expected == tally.Actual, $"{kind.Name}: the completed outputs sum to {tally.Actual}, not to {tally.Expected}");

        // A kind of which little was drawn need not have shown everything that it can do.
        if (tally.Started >= 500)
        {
            _faults.AddRange(kind.Outcomes.Where(o => tally.Of(o) == 0).Select(o => $"{kind.Name}: no turn ended as {o}, so this soak shows nothing about it"));
            Require(!kind.Speculates || (tally.Committed > 0 && tally.Terminated > 0), $"{kind.Name}: {tally.Committed} speculations stood and {tally.Terminated} were wrong, so this soak shows nothing about them");
        }

        string? left = kind.Left();
        Require(left is null, $"{kind.Name}: {left}");
    }

    async Task DisposeAsync(TurnKind kind)
    {
        try
        {
            await kind.DisposeAsync().AsTask().WaitAsync(_options.Patience);
        }
        catch (Exception error)
        {
            _faults.Add($"{kind.Name}: disposing its chains: {error.Message}");
        }
    }

    void JudgeProcess(List<ProcessSample> samples)
    {
        long started = Started;
        Require(_ended.Count == started || _faults.Count > 0, $"{started} turns were started, and the chains measured the end of {_ended.Count}");
        _faults.AddRange(ProcessSample.FaultsIn(samples, _options));
    }

    void Require(bool holds, string fault)
    {
        if (!holds)
        {
            _faults.Add(fault);
        }
    }

    string Line(int round, List<ProcessSample> samples, TimeSpan elapsed)
    {
        string process = samples.Count == 0 ? "" : $"; heap {samples[^1].Heap / 1024} KiB, {samples[^1].Threads} threads, {samples[^1].Handles} handles";
        return $"{100 * round / _options.Rounds,3} %: {Started} turns in {elapsed.TotalSeconds:0.0} s{process}; {_kinds.Sum(k => k.Tally.FaultCount)} faults";
    }

    /// <summary>Mixes the bits, so that neighboring numbers begin unrelated sequences; the same in every process.</summary>
    static int Mix(int seed, int number)
    {
        ulong x = ((ulong)(uint)seed << 32) | (uint)number;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return (int)(x ^ (x >> 31));
    }
}
