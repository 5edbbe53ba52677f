"""TypeScript and JavaScript: from the text of a file to what a rule wants to know about it.

There are two halves. The first reads one file and keeps nothing of the syntax tree:

    parse.parse(source) -> Module                the facts of a file (`analyzer.facts.typescript`)
    blocks.script(source) -> Source              the scripts of a Vue, Svelte or Astro component, in place

The second answers questions about a Program, all modules of a repository together with how their imports are resolved:

    program = Program({module.path: module, ...}, Resolution(import_maps, aliases))

Everything is worked out when it is asked for, and kept. A `Site` is a node with the path of its module;
`program.place(site)` and `program.span(path, node)` are its Span. `MODULE_LEVEL` (-1) stands for "in no function".

What does a file say?
    walk.inside(node), walk.children(node)       all nodes inside; the body of a function hangs on `Module.functions`
    program.index(path)                          parents, definitions and uses of names; `.nodes[Kind]`, `.calls`
    program.parent(path, node)                   the node around; `program.function_of(path, node)`: the function around
    module.problems                              syntax errors that TypeScript and Deno reject, too
    module.skipped                               what could not be read: blind spots, not findings

What is the value of an expression, and where does it come from?
    evaluate.value(program, path, node)          a `values.Value`: Known, Environment, Request, User, Row, Client ...
    evaluate.exported(program, path, name)       the value of an export; `binding_value` that of a variable
    summaries.resolved(program, value)           the same with parameters replaced by what the known callers give
    values.options(value)                        the values that it may be; `texts_of`, `text_of` for strings
    values.origins(value)                        everything that it is made of
    summaries.returned(program, path, number)    what a function gives back, in terms of its parameters
    summaries.callers(program, path, number)     its known calls

What does it do with Supabase?
    clients.clients(program, path)               created clients with the rights of their key: anon, service, user ...
    clients.key_class(client)                    the same for any Client value
    queries.queries(program, path)               from/rpc: table, operation, columns, filters, payload, whether it is
                                                 sent (`run`), what of the result is read (`reads`), the key class
    services.service_calls(program, path)        auth.*, storage.*, functions.invoke
    promises.use_of(program, path, node)         the same two answers for any other call
    environment.environment_reads(program, path) names, fallbacks, guards; reads through helpers at the helper's call

How does it take requests and answer them?
    handlers.handlers(program, path)             Deno.serve, serve, default exports, Hono and Oak routes, wrappers
    handlers.registers_none(program, path)       whether loading the module certainly registers no handler
    responses.responses(program, path)           status, kind, headers; also through helpers such as `json(data, 400)`
    responses.fetches(program, path)             address, method, headers, body, whether `ok` or `status` is read

What happens before, and what if it fails?
    flow.conditions(program, path, node)         the tests that have come out one way where a node is reached
    flow.executed_before(program, path, node)    the statements that have certainly run
    flow.exits(program, path, statements)        whether they never go on
    flow.in_loop, flow.covering_try
    calls.calls(program, path)                   callee as a value and as written, whether it is waited for
    calls.package_call(callee)                   ("stripe", "default.checkout.sessions.create")
    calls.catches(program, path)                 what each catch clause does with the error
    calls.error_boundary(program, path, node)    what catches what a node throws, through callbacks and callers
    checks.checks_before(program, path, node)    the authentication checks that have succeeded where a node is reached
    checks.checks_of_function(program, function) what a helper guarantees by returning at all
    reach.reached(program, path)                 the functions that may run when a module is the entry

How is it said in a message?
    describe.describe(value)                     `env(STRIPE_KEY)`, `body.plan_id`, `user.id`, `orders.total`
"""
