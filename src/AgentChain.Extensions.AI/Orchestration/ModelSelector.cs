using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Lets a model select one of several agents by name: <c>.Route("orchestrate", client.AsSelector(...), agents => ...)</c>. Stateless; as
/// thread-safe as its client.
/// </summary>
/// <remarks>
/// The answer can only be one of the choices: a name in it counts, in any case; without a name, or with several, the fallback is chosen.
/// The leading candidate is published as soon as the text decides it, so that a route that speculates starts before the model has ended; a
/// rule can guess even earlier. What the client throws fails the turn, as for <see cref="ChatClientBlock"/>; for a slow one, set a budget and
/// <c>OnOverrun(Overrun.Fallback(...))</c>.
/// </remarks>
public sealed class ModelSelector : IRevisingBlock<AgentRequest, string>, IRouteNames
{
    // Longer text is no choice; a model that goes on is not read further.
    const int LongestAnswer = 400;
    const int MostUpdates = 4000;
    const double Decided = 0.95;

    readonly ChatClientBlock _model;
    readonly string[] _names;
    readonly string _fallback;
    readonly string _instructions;
    readonly Func<AgentRequest, Hypothesis<string>?>? _guess;

    internal ModelSelector(IChatClient client, ModelSelectorSetup setup)
    {
        _fallback = setup.FallbackName ?? throw new AgentSetupException(
            "selector", "The selector has no fallback. Declare with Fallback(...) which choice counts when the model names none.");
        _names = [.. setup.Choices.Select(choice => choice.Name)];
        _guess = setup.GuessOf;
        _model = new ChatClientBlock(client, new ChatOptions { Temperature = 0, MaxOutputTokens = 32 });
        _instructions = "Select who answers the user's last message. Reply with one of these names and nothing else:\n"
            + string.Join('\n', setup.Choices.Select(choice => $"{choice.Name}: {choice.Description}"));
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Routes => _names;

    /// <inheritdoc/>
    /// <exception cref="ChatClientException">
    /// The client was disposed, or it returned <see langword="null"/>. Thrown by the enumeration.
    /// </exception>
    public async IAsyncEnumerable<Hypothesis<string>> InvokeAsync(
        AgentRequest input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (Guess(input) is { } guess)
        {
            yield return guess;
        }

        List<ChatMessage> messages = [new(ChatRole.System, _instructions), .. input.Session?.Messages ?? [], .. input.Messages];
        var said = new StringBuilder();
        string? leader = null;
        int updates = 0;
        await foreach (ChatResponseUpdate update in _model.InvokeAsync(messages, context, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            said.Append(update.Text);
            if (Named(said.ToString()) is { } named && named != leader)
            {
                leader = named;
                yield return Hypothesis.Tentative(named, Decided);
            }

            if (said.Length > LongestAnswer || ++updates > MostUpdates)
            {
                break;
            }
        }

        yield return Hypothesis.Final(Named(said.ToString()) ?? _fallback);
    }

    /// <summary>Returns the name of the client.</summary>
    /// <returns>The provider and the model, or the type of the client.</returns>
    public override string ToString() => _model.ToString();

    /// <summary>Asks the rule, which is host code: one that throws, or guesses what cannot be chosen, costs its own guess only.</summary>
    Hypothesis<string>? Guess(AgentRequest input)
    {
        try
        {
            return _guess?.Invoke(input) is { } guess && Array.IndexOf(_names, guess.Value) >= 0
                ? Hypothesis.Tentative(guess.Value, guess.Probability, guess.Features)
                : null;
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>Finds the only choice that a text names; of names that contain each other, the longest.</summary>
    string? Named(string text)
    {
        string? found = null;
        foreach (string name in _names)
        {
            if (!IsIn(text, name) || (found?.Contains(name, StringComparison.OrdinalIgnoreCase) ?? false))
            {
                continue;
            }

            if (found is not null && !name.Contains(found, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            found = name;
        }

        return found;
    }

    /// <summary>Whether a text contains a name as whole words.</summary>
    static bool IsIn(string text, string name)
    {
        for (int at = 0; (at = text.IndexOf(name, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            int end = at + name.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
            {
                return true;
            }
        }

        return false;
    }
}
