using System.Collections.Immutable;
using AgentChain.Turns;

namespace AgentChain.Simulation;

/// <summary>A user who does what a script says: says something, goes on when the answer is over, falls into the answer. Immutable.</summary>
/// <typeparam name="T">What the user says: what the chain takes, such as an <see cref="Utterance"/>.</typeparam>
/// <remarks>
/// The steps are done in the order in which they were added. One whose time is past, because a step before it took longer, is done at once.
/// Played several times, it does the same each time. Also plays in real time.
/// </remarks>
/// <example>
/// <code>
/// var user = new ScriptedUser&lt;string&gt;()
///     .Say(TimeSpan.Zero, "What does it cost?")
///     .Say(900.Milliseconds(), "No, wait.")            // falls into the answer
///     .SayAfterAnswer(400.Milliseconds(), "Thank you.");
/// IReadOnlyList&lt;ScriptedTurn&lt;string, string&gt;&gt; turns = await user.PlayAsync(chain.OpenConversation(), world.Clock);
/// </code>
/// </example>
public sealed class ScriptedUser<T>
{
    readonly ImmutableArray<Step> _steps;

    /// <summary>Makes a user who does nothing.</summary>
    public ScriptedUser()
        : this([])
    {
    }

    ScriptedUser(ImmutableArray<Step> steps) => _steps = steps;

    enum Act
    {
        Say,
        SayAfterAnswer,
        Interrupt,
    }

    /// <summary>Adds: starts a turn at a time. In a conversation that interrupts, it ends the turn that still runs.</summary>
    /// <param name="at">When, counted from the start of the script; not negative.</param>
    /// <param name="input">What is said.</param>
    /// <returns>A user who does this too.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public ScriptedUser<T> Say(TimeSpan at, T input) => With(Act.Say, at, input);

    /// <summary>Adds: starts a turn after the one before has ended, however it did.</summary>
    /// <param name="pause">How long after; not negative.</param>
    /// <param name="input">What is said.</param>
    /// <returns>A user who does this too.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The pause is negative.</exception>
    public ScriptedUser<T> SayAfterAnswer(TimeSpan pause, T input) => With(Act.SayAfterAnswer, pause, input);

    /// <summary>Adds: interrupts the turn started last, and says nothing. Harmless when that is over.</summary>
    /// <param name="at">When, counted from the start of the script; not negative.</param>
    /// <returns>A user who does this too.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public ScriptedUser<T> Interrupt(TimeSpan at) => With(Act.Interrupt, at, default!);

    /// <summary>Plays the script on a conversation, which says what becomes of a turn that still runs when the next begins.</summary>
    /// <typeparam name="TOut">What the chain makes.</typeparam>
    /// <param name="conversation">The conversation.</param>
    /// <param name="clock">The clock of its chain.</param>
    /// <param name="cancellationToken">Ends the script and interrupts its turns.</param>
    /// <returns>The turns in the order of the script, when all have ended.</returns>
    /// <exception cref="OperationCanceledException">The token fired before the last step.</exception>
    public Task<IReadOnlyList<ScriptedTurn<T, TOut>>> PlayAsync<TOut>(
        Conversation<T, TOut> conversation, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return PlayAsync(input => conversation.StartAsync(input, cancellationToken), clock, cancellationToken);
    }

    /// <summary>Plays the script on a chain, where turns may run side by side.</summary>
    /// <typeparam name="TOut">What the chain makes.</typeparam>
    /// <param name="chain">The chain.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="cancellationToken">Ends the script and interrupts its turns.</param>
    /// <returns>The turns in the order of the script, when all have ended.</returns>
    /// <exception cref="OperationCanceledException">The token fired before the last step.</exception>
    public Task<IReadOnlyList<ScriptedTurn<T, TOut>>> PlayAsync<TOut>(
        Chain<T, TOut> chain, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return PlayAsync(input => new ValueTask<Turn<TOut>>(chain.Start(input, cancellationToken)), clock, cancellationToken);
    }

    ScriptedUser<T> With(Act act, TimeSpan time, T input)
    {
        OptionCheck.NotNegative(time, nameof(time));
        return new(_steps.Add(new(act, time, input)));
    }

    async Task<IReadOnlyList<ScriptedTurn<T, TOut>>> PlayAsync<TOut>(
        Func<T, ValueTask<Turn<TOut>>> say, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clock);
        HostThread.Leave();
        long start = clock.GetTimestamp();
        List<Task<ScriptedTurn<T, TOut>>> turns = [];
        Turn<TOut>? latest = null;
        foreach (Step step in _steps)
        {
            if (step.Act == Act.SayAfterAnswer)
            {
                await (latest?.Completion ?? Task.CompletedTask);
                await VirtualDelay.Of(clock, step.Time, cancellationToken);
            }
            else
            {
                await VirtualDelay.Of(clock, step.Time - clock.GetElapsedTime(start), cancellationToken);
            }

            if (step.Act == Act.Interrupt)
            {
                latest?.Interrupt();
                continue;
            }

            TimeSpan at = clock.GetElapsedTime(start);
            latest = await say(step.Input);
            turns.Add(ListenAsync(step.Input, at, latest, clock, start));
        }

        return await Task.WhenAll(turns);
    }

    static async Task<ScriptedTurn<T, TOut>> ListenAsync<TOut>(T input, TimeSpan at, Turn<TOut> turn, TimeProvider clock, long start)
    {
        List<HeardItem<TOut>> heard = [];
        try
        {
            await foreach (TOut item in turn.Output)
            {
                heard.Add(new(clock.GetElapsedTime(start), item));
            }
        }
        catch (TurnException)
        {
            // The result says how it ended.
        }

        return new(input, at, heard, await turn.Completion);
    }

    readonly record struct Step(Act Act, TimeSpan Time, T Input);
}
