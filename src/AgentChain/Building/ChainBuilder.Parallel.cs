using System.Globalization;
using AgentChain.Blocks;
using AgentChain.Building;
using AgentChain.Engine.Links;
using AgentChain.Engine.Nodes;
using AgentChain.Engine.Speculation;
using AgentChain.Engine.Turns;

namespace AgentChain;

public sealed partial class ChainBuilder<TIn, TOut>
{
    /// <summary>Runs two branches concurrently on the same value and joins their results.</summary>
    /// <typeparam name="TLeft">The type of the first branch's result.</typeparam>
    /// <typeparam name="TRight">The type of the second branch's result.</typeparam>
    /// <typeparam name="TNext">The type of the joined result.</typeparam>
    /// <param name="name">The name of the join; must be unique in the chain.</param>
    /// <param name="left">A callback that adds the blocks of the first branch.</param>
    /// <param name="right">A callback that adds the blocks of the second branch.</param>
    /// <param name="join">A function that combines the value and the two results; synchronous and cheap.</param>
    /// <returns>A builder for the extended chain.</returns>
    /// <remarks>
    /// A branch that has only synchronous blocks runs in place before the next branch begins; if that matters, give its first block
    /// <c>Queued()</c>.
    /// </remarks>
    public ChainBuilder<TIn, TNext> Parallel<TLeft, TRight, TNext>(
        string name,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TLeft>> left,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TRight>> right,
        Func<TOut, TLeft, TRight, TNext> join)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(join);
        JoinSides<TOut, TwoSides<TLeft, TRight>, TNext> all = (value, in sides) => join(value, sides.First.Value, sides.Second.Value);
        return Join<TwoSides<TLeft, TRight>, TNext>(
            name,
            null,
            [
                Branch(name, "left", left, static (ref sides, side) => sides.First = side, all),
                Branch(name, "right", right, static (ref sides, side) => sides.Second = side, all),
            ]);
    }

    /// <summary>Runs three branches concurrently on the same value and joins their results.</summary>
    /// <typeparam name="TFirst">The type of the first branch's result.</typeparam>
    /// <typeparam name="TSecond">The type of the second branch's result.</typeparam>
    /// <typeparam name="TThird">The type of the third branch's result.</typeparam>
    /// <typeparam name="TNext">The type of the joined result.</typeparam>
    /// <param name="name">The name of the join; must be unique in the chain.</param>
    /// <param name="first">A callback that adds the blocks of the first branch.</param>
    /// <param name="second">A callback that adds the blocks of the second branch.</param>
    /// <param name="third">A callback that adds the blocks of the third branch.</param>
    /// <param name="join">A function that combines the value and the three results; synchronous and cheap.</param>
    /// <returns>A builder for the extended chain.</returns>
    /// <remarks><inheritdoc cref="Parallel{TLeft, TRight, TNext}" path="/remarks"/></remarks>
    public ChainBuilder<TIn, TNext> Parallel<TFirst, TSecond, TThird, TNext>(
        string name,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TFirst>> first,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TSecond>> second,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TThird>> third,
        Func<TOut, TFirst, TSecond, TThird, TNext> join)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(third);
        ArgumentNullException.ThrowIfNull(join);
        JoinSides<TOut, ThreeSides<TFirst, TSecond, TThird>, TNext> all = (value, in sides) => join(
            value, sides.First.Value, sides.Second.Value, sides.Third.Value);
        return Join<ThreeSides<TFirst, TSecond, TThird>, TNext>(
            name,
            null,
            [
                Branch(name, "first", first, static (ref sides, side) => sides.First = side, all),
                Branch(name, "second", second, static (ref sides, side) => sides.Second = side, all),
                Branch(name, "third", third, static (ref sides, side) => sides.Third = side, all),
            ]);
    }

    /// <summary>Runs four branches concurrently on the same value and joins their results.</summary>
    /// <typeparam name="TFirst">The type of the first branch's result.</typeparam>
    /// <typeparam name="TSecond">The type of the second branch's result.</typeparam>
    /// <typeparam name="TThird">The type of the third branch's result.</typeparam>
    /// <typeparam name="TFourth">The type of the fourth branch's result.</typeparam>
    /// <typeparam name="TNext">The type of the joined result.</typeparam>
    /// <param name="name">The name of the join; must be unique in the chain.</param>
    /// <param name="first">A callback that adds the blocks of the first branch.</param>
    /// <param name="second">A callback that adds the blocks of the second branch.</param>
    /// <param name="third">A callback that adds the blocks of the third branch.</param>
    /// <param name="fourth">A callback that adds the blocks of the fourth branch.</param>
    /// <param name="join">A function that combines the value and the four results; synchronous and cheap.</param>
    /// <returns>A builder for the extended chain.</returns>
    /// <remarks><inheritdoc cref="Parallel{TLeft, TRight, TNext}" path="/remarks"/></remarks>
    public ChainBuilder<TIn, TNext> Parallel<TFirst, TSecond, TThird, TFourth, TNext>(
        string name,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TFirst>> first,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TSecond>> second,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TThird>> third,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TFourth>> fourth,
        Func<TOut, TFirst, TSecond, TThird, TFourth, TNext> join)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(third);
        ArgumentNullException.ThrowIfNull(fourth);
        ArgumentNullException.ThrowIfNull(join);
        JoinSides<TOut, FourSides<TFirst, TSecond, TThird, TFourth>, TNext> all = (value, in sides) => join(
            value, sides.First.Value, sides.Second.Value, sides.Third.Value, sides.Fourth.Value);
        return Join<FourSides<TFirst, TSecond, TThird, TFourth>, TNext>(
            name,
            null,
            [
                Branch(name, "first", first, static (ref sides, side) => sides.First = side, all),
                Branch(name, "second", second, static (ref sides, side) => sides.Second = side, all),
                Branch(name, "third", third, static (ref sides, side) => sides.Third = side, all),
                Branch(name, "fourth", fourth, static (ref sides, side) => sides.Fourth = side, all),
            ]);
    }

    /// <summary>Runs any number of branches with the same result type concurrently on the same value and joins their results.</summary>
    /// <typeparam name="TBranch">The type of each branch's result.</typeparam>
    /// <typeparam name="TNext">The type of the joined result.</typeparam>
    /// <param name="name">The name of the join; must be unique in the chain.</param>
    /// <param name="branches">Callbacks that each add the blocks of one branch; at least one. Enumerated once.</param>
    /// <param name="join">
    /// A function that combines the value and the results, which are in the order of the branches; synchronous and cheap.
    /// </param>
    /// <returns>A builder for the extended chain.</returns>
    /// <exception cref="ArgumentException">There are no branches, or one is <see langword="null"/>.</exception>
    /// <remarks><inheritdoc cref="Parallel{TLeft, TRight, TNext}" path="/remarks"/></remarks>
    public ChainBuilder<TIn, TNext> Parallel<TBranch, TNext>(
        string name,
        IEnumerable<Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TBranch>>> branches,
        Func<TOut, IReadOnlyList<TBranch>, TNext> join)
    {
        ArgumentNullException.ThrowIfNull(branches);
        ArgumentNullException.ThrowIfNull(join);
        JoinSides<TOut, ManySides<TBranch>, TNext> all = (value, in sides) => join(
            value, Array.ConvertAll(sides.All, static side => side.Value));
        JoinBranch<TOut, TNext>[] added =
        [
            .. branches.Select((branch, index) => Branch(
                name,
                (index + 1).ToString(CultureInfo.InvariantCulture),
                branch ?? throw new ArgumentException($"Join '{name}': a branch is null; each branch must add its blocks to the builder that it receives.", nameof(branches)),
                (ref sides, side) => sides.All[index] = side,
                all)),
        ];
        int count = added.Length;
        return count > 0
            ? Join(name, () => new ManySides<TBranch>(count), added)
            : throw new ArgumentException($"Join '{name}' has no branches; give it at least one.", nameof(branches));
    }

    JoinBranch<TOut, TNext> Branch<TSides, TSide, TNext>(
        string name,
        string label,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TSide>> branch,
        KeepSide<TSides, TSide> keep,
        JoinSides<TOut, TSides, TNext> join)
        where TSides : struct, IJoinSides
    {
        ChainBuilder<TOut, TSide> added = Composed.NotNull(branch(Branch()), $"the branch '{label}' of '{name}'");
        return new(label, added.Nodes, (scope, node, index, next) => added.Link(
            scope.Branch(node, index),
            scope.Speculates
                ? new SpeculativeJoinSide<TOut, TSides, TSide, TNext>(node, index, keep, join, next)
                : new JoinSide<TOut, TSides, TSide, TNext>(node, keep, join, next)));
    }

    ChainBuilder<TIn, TNext> Join<TSides, TNext>(string name, Func<TSides>? sides, JoinBranch<TOut, TNext>[] branches)
        where TSides : struct, IJoinSides =>
        Value<TNext>(
            new(name, NodeKind.Parallel, new BlockSettings())
            {
                Output = typeof(TNext),
                Branches = [.. branches.Select(b => new BlueprintBranch(b.Label, b.Nodes))],
            },
            (scope, next) =>
            {
                BlockNode node = scope.Node(name, new BlockSettings());
                Target<TOut>[] linked = [.. branches.Select((branch, index) => branch.Link(scope, node, index, next))];
                return new ForkNode<TOut>(linked, (scope.Speculates, sides) switch
                {
                    (true, null) => static (value, cause, outer) => new SpeculativeJoinFrame<TOut, TSides>(value, cause, outer, default),
                    (true, _) => (value, cause, outer) => new SpeculativeJoinFrame<TOut, TSides>(value, cause, outer, sides()),
                    (false, null) => static (value, cause, outer) => new JoinFrame<TOut, TSides>(value, cause, outer, default),
                    (false, _) => (value, cause, outer) => new JoinFrame<TOut, TSides>(value, cause, outer, sides()),
                });
            });
}
