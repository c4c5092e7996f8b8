namespace AgentChain.DependencyInjection;

/// <summary>The inputs that a registered chain runs while its host starts.</summary>
/// <typeparam name="TIn">The type of the chain's input.</typeparam>
/// <param name="chain">The name of the chain.</param>
/// <param name="inputs">Returns the inputs.</param>
sealed class WarmUpInputs<TIn>(string chain, Func<IServiceProvider, IEnumerable<TIn>> inputs) : WarmUpInputs(chain, typeof(TIn))
{
    /// <summary>Returns the inputs. The host's function is called, and its list enumerated, while they are read.</summary>
    /// <exception cref="InvalidOperationException">
    /// The host's function or its list threw, or is null; the message names the input.
    /// </exception>
    public IEnumerable<TIn> Get(IServiceProvider services)
    {
        IEnumerable<TIn> all = Ask(1, () => inputs(services))
            ?? throw new InvalidOperationException($"The warm-up inputs of chain '{Chain}' are null; return an empty list for none.");
        using IEnumerator<TIn> each = Ask(1, all.GetEnumerator);
        for (int number = 1; Ask(number, () => each.MoveNext()); number++)
        {
            yield return Ask(number, () => each.Current);
        }
    }

    T Ask<T>(int number, Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(
                $"The function given to AddAgentChainWarmUp for chain '{Chain}' threw {error.GetType().Name} in place of input {number}; "
                    + "see the inner exception.",
                error);
        }
    }
}
