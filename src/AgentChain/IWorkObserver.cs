namespace AgentChain;

/// <summary>A clock that can name the work running in its chains when its time cannot advance.</summary>
interface IWorkObserver
{
    /// <summary>Observes a chain.</summary>
    /// <param name="work">A function that returns the chain's running work, one phrase for each turn.</param>
    void Observe(Func<IEnumerable<string>> work);
}
