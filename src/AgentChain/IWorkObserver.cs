namespace AgentChain;

/// <summary>A clock that can say, when the time on it cannot go on, what runs in the chains that go by it.</summary>
interface IWorkObserver
{
    /// <summary>Observes a chain.</summary>
    /// <param name="work">Says what runs in it, one phrase for each turn.</param>
    void Observe(Func<IEnumerable<string>> work);
}
