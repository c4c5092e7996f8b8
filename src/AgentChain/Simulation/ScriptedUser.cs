using System.Collections.Immutable;

namespace AgentChain.Simulation;

/// <summary>
/// Simulates a user who follows a script: speaks, continues when the answer is over, or interrupts the answer. Immutable.
/// </summary>
/// <typeparam name="T">The type of the user's input, which is the input of the chain, such as an <see cref="Utterance"/>.</typeparam>
/// <remarks>
/// The steps run in the order in which they were added. A step whose time has passed because an earlier step took longer runs immediately.
/// Every playback is identical. Playback in real time also works.
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

    /// <summary>Initializes a user with an empty script.</summary>
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

    /// <summary>
    /// Adds a step that starts a turn at a specified time. In a conversation that interrupts, it ends the turn that is still running.
    /// </summary>
    /// <param name="at">The time of the step, counted from the start of the script; not negative.</param>
    /// <param name="input">The user's input.</param>
    /// <returns>A user whose script includes the step.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public ScriptedUser<T> Say(TimeSpan at, T input) => With(Act.Say, at, input);

    /// <summary>Adds a step that starts a turn after the previous turn has ended, with any outcome.</summary>
    /// <param name="pause">The pause after the end of the previous turn; not negative.</param>
    /// <param name="input">The user's input.</param>
    /// <returns>A user whose script includes the step.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The pause is negative.</exception>
    public ScriptedUser<T> SayAfterAnswer(TimeSpan pause, T input) => With(Act.SayAfterAnswer, pause, input);

    /// <summary>Adds a step that interrupts the last turn without saying anything. Has no effect if that turn has ended.</summary>
    /// <param name="at">The time of the step, counted from the start of the script; not negative.</param>
    /// <returns>A user whose script includes the step.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public ScriptedUser<T> Interrupt(TimeSpan at) => With(Act.Interrupt, at, default!);

    /// <summary>
    /// Plays the script on a conversation, whose options determine what happens to a turn that is still running when the next one starts.
    /// </summary>
    /// <typeparam name="TOut">The type of the chain's output.</typeparam>
    /// <param name="conversation">The conversation.</param>
    /// <param name="clock">The clock of the conversation's chain.</param>
    /// <param name="cancellationToken">A token that ends the script and interrupts its turns.</param>
    /// <returns>The turns in the order of the script, after all of them have ended.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled before the last step.</exception>
    public Task<IReadOnlyList<ScriptedTurn<T, TOut>>> PlayAsync<TOut>(
        Conversation<T, TOut> conversation, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return PlayAsync(input => conversation.StartAsync(input, cancellationToken), clock, cancellationToken);
    }

    /// <summary>Plays the script on a chain, where turns can overlap.</summary>
    /// <typeparam name="TOut">The type of the chain's output.</typeparam>
    /// <param name="chain">The chain.</param>
    /// <param name="clock">The clock of the chain.</param>
    /// <param name="cancellationToken">A token that ends the script and interrupts its turns.</param>
    /// <returns>The turns in the order of the script, after all of them have ended.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled before the last step.</exception>
    public Task<IReadOnlyList<ScriptedTurn<T, TOut>>> PlayAsync<TOut>(
        ChainBase<T, TOut> chain, TimeProvider clock, CancellationToken cancellationToken = default)
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
            // The result holds the outcome.
        }

        return new(input, at, heard, await turn.Completion);
    }

    readonly record struct Step(Act Act, TimeSpan Time, T Input);
}
