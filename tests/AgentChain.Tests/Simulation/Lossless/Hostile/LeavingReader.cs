using AgentChain.Simulation;

namespace AgentChain.Tests.Simulation.Lossless.Hostile;

/// <summary>Reads the output of turns, to the end or not.</summary>
sealed class LeavingReader(HostileHost host, VirtualWorld world, Action<bool, string> check)
{
    static readonly Hostility[] Ways =
    [
        Hostility.ReaderBreaks, Hostility.ReaderThrows, Hostility.ReaderCancels, Hostility.ReaderInterrupts, Hostility.NobodyReads, Hostility.ReaderComesBack,
    ];

    public Task<Reading> ReadAsync(Turn<long> turn)
    {
        Hostility way = Ways[host.Next(Ways.Length)];
        for (int i = 0; i < Ways.Length / 2 && !host.Is(way); i++)
        {
            way = Ways[host.Next(Ways.Length)];
        }

        int after = host.Next(4);
        int pause = host.Next(4) == 0 ? host.Next(30) : 0;
        return !host.Is(way) ? ReadAllAsync(turn, pause) : way switch
        {
            Hostility.ReaderBreaks => LeaveAsync(turn, after, pause, throws: false),
            Hostility.ReaderThrows => LeaveAsync(turn, after, pause, throws: true),
            Hostility.ReaderCancels => CancelAsync(turn, after, pause, atAnyTime: host.Next(2) == 0),
            Hostility.ReaderInterrupts => InterruptAsync(turn, after, pause),
            Hostility.NobodyReads => DisposeAsync(turn),
            _ => ComeBackAsync(turn, 1 + after, pause),
        };
    }

    async Task<Reading> ReadAllAsync(Turn<long> turn, int pause)
    {
        List<long> items = [];
        Exception? error = await EndOf(async () =>
        {
            await foreach (long item in turn.Output)
            {
                items.Add(item);
                await world.Delay(pause);
            }
        });
        return new(items, IsWhole: true, MayInterrupt: false, error);
    }

    async Task<Reading> LeaveAsync(Turn<long> turn, int after, int pause, bool throws)
    {
        List<long> items = [];
        bool left = false;
        Exception? error = await EndOf(async () =>
        {
            await foreach (long item in turn.Output)
            {
                items.Add(item);
                await world.Delay(pause);
                if (items.Count > after)
                {
                    left = true;
                    Met(turn, throws ? Hostility.ReaderThrows : Hostility.ReaderBreaks);
                    if (throws)
                    {
                        throw new HostileException(Hostility.ReaderThrows);
                    }

                    break;
                }
            }
        });
        check(left && throws == (error is HostileException) || !left && error is not HostileException, "A reader's exception did not come out of its loop.");
        return new(items, IsWhole: !left, MayInterrupt: left, left ? null : error);
    }

    async Task<Reading> CancelAsync(Turn<long> turn, int after, int pause, bool atAnyTime)
    {
        List<long> items = [];
        using var source = new CancellationTokenSource();
        Task cancelling = atAnyTime ? CancelLaterAsync(source) : Task.CompletedTask;
        Exception? error = await EndOf(async () =>
        {
            await foreach (long item in turn.Output.WithCancellation(source.Token))
            {
                check(!source.IsCancellationRequested, "An item came after the enumeration was cancelled.");
                items.Add(item);
                await world.Delay(pause);
                if (!atAnyTime && items.Count > after)
                {
                    Met(turn, Hostility.ReaderCancels);
                    source.Cancel();
                }
            }
        });
        if (atAnyTime && source.IsCancellationRequested)
        {
            Met(turn, Hostility.ReaderCancels);
        }

        bool left = error is OperationCanceledException;
        check(!left || source.IsCancellationRequested, "An enumeration ended as cancelled that nobody had cancelled.");

        // The turn may have ended before the reader looked at its token.
        bool isWhole = !left;
        await cancelling;
        return new(items, isWhole, MayInterrupt: left, left ? null : error);
    }

    async Task CancelLaterAsync(CancellationTokenSource source)
    {
        await world.Delay(host.Next(150));
        source.Cancel();
    }

    async Task<Reading> InterruptAsync(Turn<long> turn, int after, int pause)
    {
        List<long> items = [];
        bool interrupted = false;
        Exception? error = await EndOf(async () =>
        {
            await foreach (long item in turn.Output)
            {
                check(!interrupted, "An item came after its reader had interrupted the turn.");
                items.Add(item);
                await world.Delay(pause);
                if (items.Count > after && !turn.Completion.IsCompleted)
                {
                    Met(turn, Hostility.ReaderInterrupts);
                    interrupted = true;
                    turn.Interrupt();
                }
            }
        });
        return new(items, IsWhole: !interrupted, interrupted, error);
    }

    async Task<Reading> DisposeAsync(Turn<long> turn)
    {
        await world.Delay(host.Next(150));
        Met(turn, Hostility.NobodyReads);
        await turn.DisposeAsync();
        return new([], IsWhole: false, MayInterrupt: true, null);
    }

    async Task<Reading> ComeBackAsync(Turn<long> turn, int after, int pause)
    {
        List<long> items = [];
        bool left = true;
        Exception? error = null;
        while (left && error is null)
        {
            int read = 0;
            left = false;
            error = await EndOf(async () =>
            {
                await foreach (long item in turn.ReadOutput(keepRunning: true))
                {
                    items.Add(item);
                    await world.Delay(pause);
                    if (++read == after)
                    {
                        left = true;
                        Met(turn, Hostility.ReaderComesBack);
                        break;
                    }
                }
            });
        }

        return new(items, IsWhole: true, MayInterrupt: false, error);
    }

    void Met(Turn<long> turn, Hostility way)
    {
        if (!turn.Completion.IsCompleted)
        {
            host.Count.Met(way);
        }
    }

    static async Task<Exception?> EndOf(Func<Task> reading)
    {
        try
        {
            await reading();
            return null;
        }
        catch (Exception error) when (error is TurnException or OperationCanceledException or HostileException)
        {
            return error;
        }
    }
}
