package io.patchbay.core.tidy;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.lang.model.element.Modifier;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** What one file of Java declares, as the compiler's parser reads it. */
record JavaSource(String file, List<Method> methods, List<Member> members) {

    /** A method with a body, from its first line without annotations and comments to its closing brace. */
    record Method(String name, long line, long lines) {}

    /**
     * A method, field, constant or type.
     *
     * @param owner simple name of the type it is declared in
     * @param open others than its own type may name it
     * @param called by somebody who does not name it: it overrides, carries an annotation, or is found by its value
     */
    record Member(String owner, String name, boolean open, boolean called) {}

    /** Parses files, given as texts by name. */
    static List<JavaSource> parse(Map<String, String> texts) {
        List<JavaFileObject> files = new ArrayList<>();
        Map<String, String> names = new TreeMap<>();
        texts.forEach((name, text) -> {
            Text file = new Text(name, text);
            names.put(file.toUri().toString(), name);
            files.add(file);
        });
        JavacTask task = (JavacTask)
                ToolProvider.getSystemJavaCompiler().getTask(null, null, null, List.of("-proc:none"), null, files);
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        try {
            List<JavaSource> parsed = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                String name = names.getOrDefault(unit.getSourceFile().toUri().toString(), "");
                Declarations declarations = new Declarations(unit, positions);
                declarations.scan(unit, Optional.empty());
                parsed.add(new JavaSource(name, declarations.methods, declarations.members));
            }
            return parsed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Text extends SimpleJavaFileObject {
        private final String text;

        Text(String name, String text) {
            super(URI.create("text:///" + name), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Declarations extends TreeScanner<Void, Optional<ClassTree>> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<Method> methods = new ArrayList<>();
        private final List<Member> members = new ArrayList<>();

        Declarations(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public Void visitClass(ClassTree type, Optional<ClassTree> owner) {
            String name = type.getSimpleName().toString();
            if (!name.isEmpty()) {
                add(owner, name, type.getModifiers());
            }
            return super.visitClass(type, Optional.of(type));
        }

        @Override
        public Void visitMethod(MethodTree method, Optional<ClassTree> owner) {
            boolean constructor = method.getReturnType() == null;
            if (!constructor) {
                add(owner, method.getName().toString(), method.getModifiers());
            }
            if (method.getBody() != null && !constructor) {
                long first = line(positions.getStartPosition(unit, method.getReturnType()));
                long last = line(positions.getEndPosition(unit, method.getBody()));
                methods.add(new Method(method.getName().toString(), first, last - first + 1));
            }
            return super.visitMethod(method, owner);
        }

        @Override
        public Void visitVariable(VariableTree variable, Optional<ClassTree> owner) {
            boolean field = owner.isPresent() && owner.get().getMembers().contains(variable);
            if (field) {
                add(owner, variable.getName().toString(), variable.getModifiers());
            }
            return super.visitVariable(variable, owner);
        }

        private void add(Optional<ClassTree> owner, String name, ModifiersTree modifiers) {
            boolean ofInterface =
                    owner.filter(o -> o.getKind() == Tree.Kind.INTERFACE).isPresent();
            boolean open = ofInterface || !modifiers.getFlags().contains(Modifier.PRIVATE);
            String of = owner.map(o -> o.getSimpleName().toString()).orElse("");
            boolean counted = owner.filter(o -> o.getKind() == Tree.Kind.ENUM).isPresent() && allAreAskedFor();
            members.add(new Member(
                    of, name, open, counted || !modifiers.getAnnotations().isEmpty()));
        }

        /** Constants of an enum may be found by what they hold. */
        private boolean allAreAskedFor() {
            return unit.toString().contains("values()");
        }

        private long line(long position) {
            return unit.getLineMap().getLineNumber(position);
        }
    }
}
